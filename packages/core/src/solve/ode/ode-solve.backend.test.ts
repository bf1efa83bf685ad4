import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectDerivatives } from '../../../../../tests/support/derivatives.js'
import { currentBackend, FLOAT64, gradients, tensor } from '../../index.js'
import { type OdeOptions, odeSolve, type VectorField } from './ode-solve.js'

const double = currentBackend() === FLOAT64
const numbers = (f: () => tf.Tensor): number[] => [...tf.tidy(f).dataSync()]
const tight = double ? { rtol: 1e-9, atol: 1e-10 } : { rtol: 2e-6, atol: 2e-6 }
/** For derivatives of the solution, against differences of it. */
const accurate = double ? { rtol: 1e-8, atol: 1e-8 } : tight
const near = double ? 1e-8 : 2e-5

function expectClose(actual: number[], expected: number[], tolerance = near): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, i) => {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]!))
    expect(Math.abs(value - expected[i]!), `at ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(allowed)
  })
}

function withoutLeak(body: () => void): void {
  const { numTensors, numDataBuffers } = tf.memory()
  body()
  expect(tf.memory().numTensors).toBe(numTensors)
  expect(tf.memory().numDataBuffers).toBe(numDataBuffers)
}

/** dx/dt = x Wᵀ. */
const linear: VectorField = (_, x, w) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true)
const OSCILLATOR = [
  [0, 1],
  [-4, 0],
]
/** The harmonic oscillator of frequency 2 from position p and velocity v, at time t. */
const oscillated = ([p, v]: number[], t: number): number[] => [
  p! * Math.cos(2 * t) + (v! / 2) * Math.sin(2 * t),
  -2 * p! * Math.sin(2 * t) + v! * Math.cos(2 * t),
]

describe('odeSolve', () => {
  const starts = [
    [1, 0],
    [0.5, -3],
    [0, 0],
  ]

  it.each([['dopri5'], ['rk4']] as const)('%s follows the harmonic oscillator, forwards and back', (method) => {
    const options = { ...tight, method, steps: 200 }
    const w = tensor(OSCILLATOR)
    const there = numbers(() => odeSolve(linear, tensor(starts), [w], { t0: 0, t1: 1.5, ...options }))
    expectClose(
      there,
      starts.flatMap((s) => oscillated(s, 1.5)),
      method === 'rk4' ? Math.max(near, 1e-7) : near,
    )
    const back = numbers(() => odeSolve(linear, tensor(there, [3, 2]), [w], { t0: 1.5, t1: 0, ...options }))
    expectClose(back, starts.flat(), 10 * near)
    w.dispose()
  })

  it('gives time to the field, row by row', () => {
    // dx/dt = 2t x has the solution x0 exp(t1² − t0²)
    const f: VectorField = (t, x) => tf.mul(tf.mul(t, 2), x)
    const x0 = [
      [
        [1, 2],
        [0.5, -1],
      ],
    ]
    const expected = x0.flat(2).map((x) => x * Math.exp(1 - 0.25))
    const start = tensor(x0)
    for (const eventRank of [0, 1, 2])
      expectClose(
        numbers(() => odeSolve(f, start, [], { t0: 0.5, t1: 1, eventRank, ...tight })),
        expected,
      )
    start.dispose()
  })

  it.each(['adjoint', 'checkpoint'] as const)('takes a single vector (%s)', (gradient) => {
    const x0 = tensor([1, 2])
    const rate = tensor([-1])
    const end = (): tf.Tensor => odeSolve((_, x, r) => tf.mul(x, r!), x0, [rate], { t0: 0, t1: 1, gradient, ...tight })
    expectClose(numbers(end), [Math.exp(-1), 2 * Math.exp(-1)])
    const found = tf.tidy(() => gradients(() => tf.sum(end()), [x0, rate]).map((g) => [...g.dataSync()]))
    expectClose(found.flat(), [Math.exp(-1), Math.exp(-1), 3 * Math.exp(-1)], 10 * near)
    tf.dispose([x0, rate])
  })

  it('meets its tolerances as they are tightened, in more steps', () => {
    const w = tensor(OSCILLATOR)
    let calls = 0
    const counted: VectorField = (t, x, ...params) => {
      calls += 1
      return linear(t, x, ...params)
    }
    const run = (tolerance: number): { error: number; calls: number } => {
      calls = 0
      const end = numbers(() =>
        odeSolve(counted, tensor([[1, 0]]), [w], { t0: 0, t1: 3, rtol: tolerance, atol: tolerance }),
      )
      const exact = oscillated([1, 0], 3)
      return { error: Math.max(...end.map((v, i) => Math.abs(v - exact[i]!))), calls }
    }
    const coarse = run(1e-3)
    const fine = run(1e-5)
    expect(coarse.error).toBeLessThan(1e-2)
    expect(fine.error).toBeLessThan(1e-4)
    expect(fine.calls).toBeGreaterThan(coarse.calls)
    w.dispose()
  })

  it('steps each row by itself: the same numbers alone and in a batch', () => {
    const decay: VectorField = (_, x, rate) => tf.neg(tf.mul(x, rate!))
    const rates = [0.1, 3, 50]
    const run = (some: number[]): number[] =>
      numbers(() => odeSolve(decay, tf.ones([some.length, 1]), [tensor(some, [some.length, 1])], { t0: 0, t1: 1 }))
    const together = run(rates)
    expectClose(
      together,
      rates.map((r) => Math.exp(-r)),
      2e-5,
    )
    expect(rates.flatMap((r) => run([r]))).toEqual(together)
  })

  it('names the rows that take too many steps or vanish into a singularity', () => {
    const x0 = tensor([[0], [1], [2]])
    const blowUp: VectorField = (_, x) => tf.square(x)
    withoutLeak(() => {
      // 1 / (1 − t) and 2 / (1 − 2t) end at t = 1 and t = 1/2
      expect(() => odeSolve(blowUp, x0, [], { t0: 0, t1: 2 })).toThrow(
        expect.objectContaining({ code: 'convergence', message: expect.stringMatching(/odeSolve.*rows 1, 2/) }),
      )
      expect(() => odeSolve(blowUp, x0, [], { t0: 0, t1: 0.75, maxSteps: 60 })).toThrow(/row 2/)
      expect(() => odeSolve(blowUp, x0, [], { t0: 0, t1: 0.25, maxSteps: 2 })).toThrow(/after 2 steps/)
      expect(() => gradients(() => tf.sum(odeSolve(blowUp, x0, [], { t0: 0, t1: 2, maxSteps: 20 })), [x0])).toThrow(
        /rows 1, 2/,
      )
      expect(() => odeSolve(() => tf.zeros([3]), x0, [], { t0: 0, t1: 1 })).toThrow(/shape of dx\/dt/)
      expect(() => odeSolve(blowUp, x0, [], { t0: 0, t1: Number.NaN })).toThrow(/finite/)
    })
    x0.dispose()
  })

  it('passes NaN in a row on, takes no rows, and stays where it is over no time', () => {
    const decay: VectorField = (_, x) => tf.neg(x)
    const [first, second] = numbers(() => odeSolve(decay, tensor([[Number.NaN], [1]]), [], { t0: 0, t1: 1 }))
    expect(first).toBeNaN()
    expectClose([second!], [Math.exp(-1)], 2e-5)
    expect(tf.tidy(() => odeSolve(decay, tf.zeros([0, 2]), [], { t0: 0, t1: 1 }).shape)).toEqual([0, 2])
    expect(numbers(() => odeSolve(decay, tensor([[3]]), [], { t0: 1, t1: 1 }))).toEqual([3])
  })

  const cases: [string, Partial<OdeOptions>][] = [
    ['dopri5, checkpoint', { method: 'dopri5', gradient: 'checkpoint' }],
    ['dopri5, adjoint', { method: 'dopri5', gradient: 'adjoint' }],
    ['rk4, checkpoint', { method: 'rk4', gradient: 'checkpoint', steps: 6 }],
    ['rk4, adjoint', { method: 'rk4', gradient: 'adjoint', steps: 12 }],
  ]
  it.each(cases)('%s: first and second derivatives', (_, options) => {
    const field: VectorField = (t, x, w, b) =>
      tf.tanh(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), tf.mul(b!, tf.add(t, 1))))
    expectDerivatives(
      {
        f: (x0, w, b) => odeSolve(field, x0!, [w!, b!], { t0: 0, t1: 0.25, ...accurate, ...options }),
        at: [
          { values: [1, -0.5], shape: [2, 1] },
          { values: [0.5], shape: [1, 1] },
          { values: [-0.25], shape: [1] },
        ],
      },
      options.gradient === 'adjoint' ? { double: 2e-5, single: 1e-3 } : { double: 1e-6, single: 2e-4 },
    )
  })

  it('the adjoint gradient keeps its accuracy for gradients of any size', () => {
    const w = tensor(OSCILLATOR)
    const x0 = tensor([[1, 0.5]])
    const run = (gradient: 'adjoint' | 'checkpoint', scale: number): number[] =>
      tf.tidy(() =>
        gradients(() => tf.mul(tf.sum(odeSolve(linear, x0, [w], { t0: 0, t1: 1, gradient })), scale), [x0, w]).flatMap(
          (g) => [...g.dataSync()].map((v) => v / scale),
        ),
      )
    expectClose(run('adjoint', 2 ** -30), run('checkpoint', 1), 1e-4)
    tf.dispose([w, x0])
  })

  it('leaves nothing behind, in derivatives neither', () => {
    const w = tensor(OSCILLATOR)
    const x0 = tensor(starts)
    withoutLeak(() => {
      for (const [, options] of cases) {
        const run = (): tf.Tensor => odeSolve(linear, x0, [w], { t0: 0, t1: 0.5, ...options })
        run().dispose()
        tf.dispose(gradients(() => tf.sum(run()), [x0, w]))
      }
    })
    tf.dispose([w, x0])
  })
})
