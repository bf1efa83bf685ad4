import {
  type Call,
  currentBackend,
  EbbflowError,
  FLOAT64,
  Rng,
  registryOf,
  tensor,
  valueAndGradients,
} from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { FunctionConditioner } from '../conditioners/function.js'
import { MLP } from '../conditioners/mlp.js'
import { FFJORD, type FFJORDOptions } from './ffjord.js'

const double = currentBackend() === FLOAT64
const registry = registryOf(FFJORD, MLP)
const solver = double ? { rtol: 1e-9, atol: 1e-10 } : { rtol: 1e-6, atol: 1e-6 }
const ffjord = (dimensions: number, options: Partial<FFJORDOptions> = {}): FFJORD => {
  const { context = 0 } = options
  const inputs = dimensions + 1 + context
  const dynamics = new MLP({ inputs, outputs: dimensions, hidden: [6], activation: 'tanh', zeroOutput: false })
  return new FFJORD({ dimensions, dynamics, ...solver, ...options })
}
/** The tolerance is the solver's, not the arithmetic's. */
const kappa = double ? 4e5 : 8
const common = { kappa, parameterSpread: 0.1, registry }

for (const dimensions of [1, 2, 5])
  bijectorContract(`FFJORD, D = ${dimensions}`, { make: () => ffjord(dimensions), event: [dimensions], ...common })
bijectorContract('FFJORD, D = 64', {
  ...common,
  make: () => ffjord(64, double ? { rtol: 1e-7, atol: 1e-8 } : {}),
  event: [64],
  parameterSpread: 0.05,
  rows: 1,
})
bijectorContract('FFJORD with a context', {
  make: () => ffjord(2, { context: 1 }),
  event: [2],
  context: 1,
  ...common,
})

describe('FFJORD', () => {
  const estimate = (seed: string): Call => ({ mode: 'eval', estimate: true, rng: Rng.seed(seed) })

  it('solves a linear equation: y = x eᵃ, log|det| = tr A', () => {
    tf.tidy(() => {
      const rates = [0.5, -1.25]
      const dynamics = new FunctionConditioner({
        inputs: 3,
        outputs: 2,
        apply: (x) =>
          tf.mul(
            tf.slice(
              x,
              x.shape.map(() => 0),
              [...x.shape.slice(0, -1), 2],
            ),
            tensor(rates),
          ),
      })
      for (const trace of ['exact', 'hutchinson'] as const) {
        const layer = new FFJORD({ dimensions: 2, dynamics, trace, ...solver })
        const { value, logDet } = layer.forwardAndLogDet(tensor([[1, 2]]), estimate('linear'))
        const off = (got: number, right: number): void =>
          expect(Math.abs(got - right)).toBeLessThan(double ? 1e-8 : 1e-5)
        off(value.dataSync()[0]!, Math.exp(0.5))
        off(value.dataSync()[1]!, 2 * Math.exp(-1.25))
        // diagonal: vᵀAv is the trace for every v of ±1
        off(logDet.dataSync()[0]!, -0.75)
      }
    })
  })

  it('gives the same gradients by the adjoint as by the steps taken', () => {
    tf.tidy(() => {
      const layer = ffjord(2).init({ seed: 3 })
      const other = ffjord(2, { gradient: 'adjoint' }).init({ seed: 3 })
      const gradients = (bijector: FFJORD): number[] => {
        const x = drawTensor(REALS, 'x', [4, 2])
        const slots = [...bijector.trainable().values()].map((slot) => slot.value)
        const found = valueAndGradients(() => {
          const { value, logDet } = bijector.forwardAndLogDet(x)
          return tf.add(tf.sum(tf.square(value)), tf.sum(logDet))
        }, [x, ...slots]).gradients
        return found.flatMap((g) => [...g.dataSync()])
      }
      const right = gradients(layer)
      const largest = Math.max(...right.map(Math.abs))
      gradients(other).forEach((g, i) => {
        expect(Math.abs(g - right[i]!)).toBeLessThan((double ? 1e-7 : 1e-4) * largest)
      })
      layer.dispose()
      other.dispose()
    })
  })

  it('estimates the log-determinant without bias, and refuses to pass it off as exact', () => {
    tf.tidy(() => {
      const exact = ffjord(3, { rtol: 1e-5 }).init({ seed: 5 })
      const noisy = ffjord(3, { rtol: 1e-5, trace: 'hutchinson' }).init({ seed: 5 })
      const one = drawTensor(REALS, 'one', [3])
      expect(noisy.estimated).toBe(true)
      expect(() => noisy.forwardAndLogDet(one)).toThrow(EbbflowError)
      expect(() => noisy.forwardAndLogDet(one, { mode: 'eval', estimate: true })).toThrow('with an rng')
      const right = exact.forwardAndLogDet(one)
      const n = 4096
      const { value, logDet } = noisy.forwardAndLogDet(tf.add(tf.zeros([n, 3]), one), estimate('noise'))
      const draws = [...logDet.dataSync()]
      const mean = draws.reduce((a, b) => a + b, 0) / n
      const sd = Math.sqrt(draws.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1))
      expect(sd).toBeGreaterThan(0.01)
      expect(Math.abs(mean - right.logDet.dataSync()[0]!)).toBeLessThan((4 * sd) / Math.sqrt(n))
      expect(Math.max(...tf.abs(tf.sub(value, right.value)).dataSync())).toBeLessThan(1e-4)
      exact.dispose()
      noisy.dispose()
    })
  })

  it('says what is wrong with its options', () => {
    const dynamics = new MLP({ inputs: 2, outputs: 2 })
    expect(() => new FFJORD({ dimensions: 2, dynamics })).toThrow('expected 3 inputs (values, time, context)')
    expect(() => ffjord(2, { rtol: 0 })).toThrow('must be positive')
    // @ts-expect-error neither of the two
    expect(() => ffjord(2, { trace: 'none' })).toThrow('exact or hutchinson')
  })
})
