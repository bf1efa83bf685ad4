import { readFileSync } from 'node:fs'
import { type Bijector, type Call, EVAL, type NestedNumbers, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { FFJORD, InvertibleResidual, LipschitzConvNet, LipschitzMLP, MLP, type SmoothActivation } from './index.js'

interface Weights {
  kernels: NestedNumbers[]
  biases: number[][]
  context?: number[][]
}
interface Lipschitz extends Weights {
  activation: SmoothActivation
  coefficient: number
  constrained: boolean
  /** Raw slopes of the activations that have one. */
  slopes?: number[]
}
interface Dynamics extends Weights {
  activation: 'tanh' | 'softplus' | 'silu'
}
interface Case {
  layer: string
  source: string
  parameters: Lipschitz & Dynamics
  x: NestedNumbers
  y: NestedNumbers
  logDet: number[]
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../fixtures/bijectors-residual.json', import.meta.url), 'utf8'),
) as { cases: Case[] }

/** Sets the parameters of the layers 0, 1, … of a net. */
function withWeights<B extends Bijector>(
  layer: B,
  net: string,
  { kernels, biases, slopes = [] }: Partial<Lipschitz>,
): B {
  layer.init({ seed: 1 })
  const slots = layer.slots()
  const set = (name: string, value: NestedNumbers): void => slots.get(`${net}.${name}`)!.assign(tensor(value))
  for (const [i, kernel] of kernels!.entries()) set(`${i}.kernel`, kernel)
  for (const [i, bias] of biases!.entries()) set(`${i}.bias`, bias)
  for (const [i, slope] of slopes.entries()) set(`${i + 1}.beta`, slope)
  return layer
}

const widths = (biases: number[][]): number[] => biases.slice(0, -1).map((bias) => bias.length)
const contextOf = ({ context = [[]] }: Weights): number => context[0]!.length

/** What maps like the case, for events of a shape. */
const makers: Record<string, (parameters: Lipschitz & Dynamics, shape: number[]) => Bijector> = {
  residual: (p, [dimensions]) => {
    const { activation, coefficient } = p
    // the library's kernels have converged norms
    const powerIteration = { maxSteps: 5000, tolerance: 0 }
    const sizes = { inputs: dimensions! + contextOf(p), outputs: dimensions!, hidden: widths(p.biases) }
    const net = new LipschitzMLP({ ...sizes, activation, coefficient, powerIteration })
    return withWeights(new InvertibleResidual({ net, context: contextOf(p) }), 'net', p)
  },
  'residual-images': (p, shape) => {
    const { activation, coefficient, constrained } = p
    // a norm of at most the coefficient is never estimated above it
    const steps = constrained ? 5 : 1000
    const kernel = (p.kernels[0] as NestedNumbers[]).length
    const net = new LipschitzConvNet({ shape, width: p.biases[0]!.length, kernel, activation, coefficient, steps })
    return withWeights(new InvertibleResidual({ net }), 'net', p)
  },
  ffjord: (p, [dimensions]) => {
    const context = contextOf(p)
    const sizes = { inputs: dimensions! + 1 + context, outputs: dimensions!, hidden: widths(p.biases) }
    const dynamics = new MLP({ ...sizes, activation: p.activation })
    // what steps of this tolerance add up to stays below 1e-10 here
    const layer = new FFJORD({ dimensions: dimensions!, dynamics, context, rtol: 1e-10, atol: 1e-10 })
    return withWeights(layer, 'dynamics', { kernels: p.kernels, biases: p.biases })
  },
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, within: number): void => {
  expect(actual).toHaveLength(expected.length)
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!), `at ${i}`).toBeLessThanOrEqual(within * (1 + Math.abs(expected[i]!)))
}

describe('golden values of residual and continuous layers', () => {
  it.each(cases.map((value, i) => ({ name: `${value.layer} ${i} of ${value.source}`, ...value })))(
    '$name',
    ({ layer: kind, parameters, ...golden }) => {
      withBackend('float64', () => {
        tf.tidy(() => {
          const [x, y] = [tensor(golden.x), tensor(golden.y)]
          const layer = makers[kind]!(parameters, x.shape.slice(1))
          const call: Call = parameters.context ? { ...EVAL, context: tensor(parameters.context) } : EVAL
          const there = layer.forwardAndLogDet(x, call)
          close(there.value.dataSync(), y.dataSync(), 1e-9)
          close(there.logDet.dataSync(), golden.logDet, 1e-9)
          const back = layer.inverseAndLogDet(y, call)
          close(back.value.dataSync(), x.dataSync(), 1e-9)
          close(
            back.logDet.dataSync(),
            golden.logDet.map((l) => -l),
            1e-9,
          )
          layer.dispose()
        })
      })
    },
  )

  it('are there', () => {
    expect(new Set(cases.map(({ layer }) => layer))).toEqual(new Set(Object.keys(makers)))
  })
})
