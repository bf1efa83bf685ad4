import { readdirSync, readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { caseInputs, type KernelCase, cases as table, toTensors } from '../conformance/cases.js'
import { gradientError, gradientOf, noise, type Point, pointOf } from './differences.js'
import { rules } from './rules/index.js'
import { moreCases } from './rules.cases.js'

const ruled = new Set(rules.map((rule) => rule.kernelName))
/** Kernels of the table that Ebbflow never differentiates; they throw a clear error. */
const WITHOUT = [
  'AvgPool',
  'AvgPoolGrad',
  'Einsum',
  'EluGrad',
  'FusedBatchNorm',
  'MaxPool',
  'MaxPoolGrad',
  'SparseToDense',
]

const cases = [...table, ...moreCases].filter((c) => wrtOf(c).length > 0)

function wrtOf(c: KernelCase): number[] {
  const floats = c.inputs.flatMap((input, i) => (input.dtype === 'float32' ? [i] : []))
  return c.wrt ? [...c.wrt] : floats
}

/** The case as a scalar function of its differentiable inputs and of a weight for each number of its results. */
function scalarOf(c: KernelCase): { f: (xs: tf.Tensor[]) => tf.Tensor; points: Point[] } {
  const all = toTensors(caseInputs(c))
  const wrt = wrtOf(c)
  const floats = (xs: tf.Tensor[]): tf.Tensor[] =>
    [c.run(...all.map((x, i) => xs[wrt.indexOf(i)] ?? x))].flat().filter((y) => y.dtype === 'float32')
  const weights: Point[] = []
  tf.tidy(() => {
    for (const [i, y] of floats([]).entries()) weights.push({ shape: y.shape, data: noise(y.size, 3, i) })
  })
  const f = (xs: tf.Tensor[]): tf.Tensor =>
    floats(xs.slice(0, wrt.length))
      .map((y, i) => tf.sum(tf.mul(y, xs[wrt.length + i]!)))
      .reduce((a, b) => tf.add(a, b))
  return { f, points: [...wrt.map((i) => pointOf(all[i]!)), ...weights] }
}

describe('gradient rules', () => {
  it('are one file a kernel, all registered', () => {
    const folder = new URL('./rules/', import.meta.url)
    const files = readdirSync(folder).filter((name) => name !== 'index.ts')
    const listed = readFileSync(new URL('index.ts', folder), 'utf8')
    expect(files.filter((name) => !listed.includes(`from './${name.replace('.ts', '.js')}'`))).toEqual([])
    expect(rules.length).toBe(ruled.size)
    expect(rules.length).toBeGreaterThanOrEqual(files.length)
    for (const rule of rules) expect(tf.getGradient(rule.kernelName), rule.kernelName).toBe(rule)
  })

  it('never save an output', () => {
    for (const rule of rules) expect(rule.outputsToSave, rule.kernelName).toBeUndefined()
  })

  it('have a case each', () => {
    const covered = new Set([...table, ...moreCases].map((c) => c.kernel))
    expect(rules.map((rule) => rule.kernelName).filter((name) => !covered.has(name))).toEqual([])
  })

  it('are there for each kernel of the table but those named', () => {
    const without = new Set(cases.map((c) => c.kernel).filter((name) => !ruled.has(name)))
    expect([...without].sort()).toEqual(WITHOUT)
  })

  it.each(cases.filter((c) => ruled.has(c.kernel)).map((c) => [c.name, c] as const))(
    '%s: gradient and gradient of gradient agree with differences',
    (_, c) => {
      withBackend('float64', () => {
        tf.tidy(() => {
          const { f, points } = scalarOf(c)
          const before = tf.memory().numTensors
          expect(gradientError(f, points)).toBeLessThan(1e-6)
          expect(gradientError(gradientOf(f), points)).toBeLessThan(1e-6)
          expect(tf.memory().numTensors).toBe(before)
        })
      })
    },
  )
})
