import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { FLOAT64 } from '../tensor.js'
import {
  caseError,
  caseInputs,
  cases,
  edgeCases,
  hasVariant,
  type KernelCase,
  runCase,
  toTensors,
  type Variant,
} from './cases.js'
import { guardHeap } from './guard.js'

const backend = inject('backend')
const variants: readonly Variant[] = ['random', 'special', 'empty']

let guard: ReturnType<typeof guardHeap> | undefined
beforeAll(() => {
  if (backend === 'wasm') guard = guardHeap(tf.backend())
})
afterAll(() => guard?.stop())

const table = [...cases, ...edgeCases].flatMap((c) =>
  variants.filter((variant) => hasVariant(c, variant)).map((variant) => [`${c.name}, ${variant}`, c, variant] as const),
)

/** Data kept by the backend. */
const stored = (): number => tf.backend().numDataIds()

/** What `body` returns; undefined where it throws, which the comparison of values reports. */
function attempt<T>(body: () => T): T | undefined {
  try {
    return body()
  } catch {
    return undefined
  }
}

function inputsUnchanged(c: KernelCase, variant: Variant): boolean {
  const inputs = caseInputs(c, variant)
  return tf.tidy(() => {
    const tensors = toTensors(inputs)
    c.run(...tensors)
    return tensors.every((t, n) => !t.isDisposed && t.dataSync().every((x, k) => Object.is(x, inputs[n]!.data[k])))
  }) as unknown as boolean
}

describe(`kernels on ${backend}`, () => {
  if (backend !== FLOAT64)
    it.each(table)('%s: as in double precision', (_, c, variant) => {
      const inputs = caseInputs(c, variant)
      const exact = withBackend(FLOAT64, () => runCase(c, inputs))
      const found = difference(runCase(c, inputs), exact, c.tolerance ?? 1e-5)
      expect(found, found).toBe('')
    })

  it('leave no data behind, write nothing beside their results, and change no input', () => {
    const problems: string[] = []
    for (const [name, c, variant] of table) {
      const inputs = caseInputs(c, variant)
      const before = stored()
      attempt(() => runCase(c, inputs))
      if (stored() !== before) problems.push(`${name} leaves ${stored() - before} arrays`)
      const damaged = guard?.check() ?? 0
      if (damaged > 0) problems.push(`${name} writes beside ${damaged} tensors`)
      if (attempt(() => inputsUnchanged(c, variant)) === false) problems.push(`${name} changes an input`)
    }
    expect(problems.join('\n')).toBe('')
  })
})

type Results = ReturnType<typeof runCase>

/** Nothing, or how two results differ. */
function difference(got: Results, exact: Results, tolerance: number): string {
  const kinds = (results: Results): string => results.map(({ shape, dtype }) => `${dtype} [${shape}]`).join(', ')
  if (kinds(got) !== kinds(exact)) return `${kinds(got)} for ${kinds(exact)}`
  const error = caseError(got, exact)
  if (error <= tolerance) return ''
  // the worst elements, each judged alone
  const pairs = got.flatMap((r, n) =>
    r.data.map((x, k) => {
      const alone = (value: number): Results => [{ shape: [], dtype: r.dtype, data: [value] }]
      return { at: k, x, y: exact[n]!.data[k]!, error: caseError(alone(x), alone(exact[n]!.data[k]!)) }
    }),
  )
  const worst = pairs.sort((p, q) => q.error - p.error).slice(0, 4)
  return `error ${error} above ${tolerance}: ${worst.map(({ at, x, y }) => `${x} for ${y} at ${at}`).join(', ')}`
}
