import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectDerivatives } from '../../../../tests/support/derivatives.js'
import { constant, currentBackend, FLOAT64, gradients, tensor } from '../index.js'
import { cond, fixedPoint, iterate, solveMonotone, withLoopHooks } from './index.js'

const double = currentBackend() === FLOAT64
const eps = double ? 1e-13 : 2e-6
const numbers = (f: () => tf.Tensor): number[] => [...tf.tidy(f).dataSync()]

function expectClose(actual: number[], expected: number[], tolerance = eps): void {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((value, i) => {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]!))
    expect(Math.abs(value - expected[i]!), `at ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(allowed)
  })
}

/** Runs `body` and expects that it leaves no tensor behind. */
function withoutLeak(body: () => void): void {
  const { numTensors, numDataBuffers } = tf.memory()
  body()
  expect(tf.memory().numTensors).toBe(numTensors)
  expect(tf.memory().numDataBuffers).toBe(numDataBuffers)
}

describe('iterate', () => {
  const halve = (x: tf.Tensor, count: tf.Tensor) => ({
    state: [tf.mul(x, 0.5), tf.add(count, 1)],
    done: tf.lessEqual(tf.max(x, 1), 2),
  })

  it('holds each row from the step at which it is done', () => {
    tf.tidy(() => {
      const { state, iterations, converged } = iterate({
        state: [
          tensor([
            [1, 2],
            [8, 3],
            [2, 32],
          ]),
          tf.zeros([3]),
        ],
        step: ([x, count]) => halve(x!, count!),
        maxIterations: 20,
      })
      expect([...state[1]!.dataSync()]).toEqual([1, 3, 5])
      expect([...state[0]!.dataSync()]).toEqual([0.5, 1, 1, 0.375, 0.0625, 1])
      expect(iterations).toBe(5)
      expect([...converged.dataSync()]).toEqual([1, 1, 1])
    })
  })

  it('respects the count, and says which rows are open', () => {
    const start = tensor([
      [1, 2],
      [8, 3],
      [2, 32],
    ])
    const options = {
      state: [start, tf.zeros([3])],
      step: ([x, count]: tf.Tensor[]) => halve(x!, count!),
      maxIterations: 3,
    }
    tf.tidy(() => {
      const { iterations, converged, state } = iterate(options)
      expect([iterations, ...converged.dataSync()]).toEqual([3, 1, 1, 0])
      expect([...state[1]!.dataSync()]).toEqual([1, 3, 3])
    })
    withoutLeak(() =>
      expect(() => iterate({ ...options, solver: 'halving' })).toThrow(
        expect.objectContaining({
          code: 'convergence',
          message: expect.stringMatching(/halving.*row 2.*1 of 3.*3 steps/),
        }),
      ),
    )
    tf.dispose(options.state)
  })

  it('keeps NaN in a finished row from others, and others from it', () => {
    const [x] = tf.tidy(() =>
      iterate({
        // 0 / 0 in every later step of the first row
        state: [tensor([0, 4])],
        step: ([x]) => ({ state: [tf.div(tf.square(x!), tf.mul(x!, 2))], done: tf.logicalNot(tf.greater(x!, 1)) }),
        maxIterations: 9,
      }).state.map((s) => [...s.dataSync()]),
    )
    expect(x).toEqual([Number.NaN, 0.5])
  })

  it('passes shared tensors and records on, stops failed rows, and takes no rows', () => {
    tf.tidy(() => {
      const run = iterate({
        state: [tensor([1, 5])],
        shared: [tf.zeros([])],
        step: ([x], [sum]) => ({
          state: [tf.sub(x!, 1)],
          shared: [tf.add(sum!, tf.sum(x!))],
          done: tf.lessEqual(x!, 3),
          failed: tf.lessEqual(x!, 1),
          record: tf.clone(x!),
        }),
        maxIterations: 9,
      })
      expect(run.shared[0]!.dataSync()[0]).toBe(6 + 4 + 3)
      expect(run.records!.arraySync()).toEqual([
        [1, 5],
        [0, 4],
        [0, 3],
      ])
      expect([...run.converged.dataSync()]).toEqual([0, 1])
      const none = iterate({
        state: [tf.zeros([0, 2])],
        step: ([x]) => ({ state: [x!], done: tf.zeros([0]) }),
        maxIterations: 9,
      })
      expect(none.iterations).toBe(0)
    })
  })

  it('gives no gradient, and leaves nothing behind', () => {
    const x = tensor([3])
    withoutLeak(() => {
      const found = gradients(
        () =>
          tf.sum(
            tf.add(
              x,
              iterate({ state: [x], step: ([s]) => ({ state: [tf.square(s!)], done: tf.ones([1]) }), maxIterations: 1 })
                .state[0]!,
            ),
          ),
        [x],
      )
      expect([...found[0]!.dataSync()]).toEqual([1])
      tf.dispose(found)
    })
    x.dispose()
  })

  it('refuses a step that changes a shape', () => {
    withoutLeak(() =>
      expect(() =>
        tf.tidy(
          () =>
            iterate({
              state: [tf.zeros([2])],
              step: () => ({ state: [tf.zeros([3])], done: tf.zeros([2]) }),
              maxIterations: 2,
            }).state,
        ),
      ).toThrow(expect.objectContaining({ code: 'shape' })),
    )
  })
})

describe('solveMonotone', () => {
  const cubic = (x: tf.Tensor, a?: tf.Tensor): tf.Tensor => tf.add(tf.mul(a!, x), tf.mul(x, tf.square(x)))

  it('finds roots near, far and tiny', () => {
    const roots = [0, 1e-6, -0.5, 3, -250, 1e5]
    const a = roots.map((_, i) => 0.5 + i)
    const y = roots.map((r, i) => a[i]! * r + r ** 3)
    expectClose(
      numbers(() => solveMonotone(cubic, tensor(y), [tensor(a)])),
      roots,
    )
  })

  it('survives flat, steep and saturated functions', () => {
    // tanh is flat outwards, x^(1/3) has an infinite slope at its root
    const y = [0, 0.9, -0.999, 0.5]
    expectClose(
      numbers(() => solveMonotone((x) => tf.tanh(x), tensor(y))),
      y.map(Math.atanh),
      double ? 1e-12 : 5e-4,
    )
    const root = (x: tf.Tensor): tf.Tensor => tf.mul(tf.sign(x), tf.pow(tf.abs(x), constant(1 / 3)))
    expectClose(
      numbers(() => solveMonotone(root, tensor([0, 2, -0.1]))),
      [0, 8, -1e-3],
      1e-5,
    )
  })

  it('keeps between bounds, where the function may be infinite', () => {
    const logit = (x: tf.Tensor): tf.Tensor => tf.sub(tf.log(x), tf.log(tf.sub(1, x)))
    const y = [-9, 0, 2, 9]
    const expected = y.map((v) => 1 / (1 + Math.exp(-v)))
    expectClose(
      numbers(() => solveMonotone(logit, tensor(y), [], { lower: 0, upper: 1 })),
      expected,
    )
    const powers = numbers(() => solveMonotone((x) => tf.square(x), tensor([0, 2, 1e6]), [], { lower: 0 }))
    expectClose(powers, [0, Math.SQRT2, 1000], double ? 1e-7 : 1e-3)
    expectClose(
      numbers(() => solveMonotone((x) => tf.neg(tf.square(x)), tensor([-4]), [], { upper: 0 })),
      [-2],
    )
  })

  it('names the rows without a root, and respects the count', () => {
    const y = tensor([0.5, 1.5, -2])
    withoutLeak(() => {
      expect(() => solveMonotone((x) => x, y, [], { lower: 0, upper: 1 })).toThrow(
        expect.objectContaining({
          code: 'convergence',
          message: expect.stringMatching(/rows 1, 2.*2 of 3/),
        }),
      )
      expect(() => solveMonotone((x) => tf.tanh(x), y)).toThrow(/rows 1, 2/)
      expect(() => tf.tidy(() => solveMonotone((x) => tf.exp(x), tensor([-1])))).toThrow(/bracketing/)
      expect(() => gradients(() => tf.sum(solveMonotone((x) => tf.tanh(x), y)), [y])).toThrow(/rows 1, 2/)
      let calls = 0
      const counted = (x: tf.Tensor): tf.Tensor => {
        calls += 1
        return cubic(x, tf.fill(x.shape, 1))
      }
      expect(() => solveMonotone(counted, y, [], { maxIterations: 2, tolerance: 0 })).toThrow(/after 2 steps/)
      expect(calls).toBeLessThanOrEqual(2 * 2 + 2)
    })
    y.dispose()
  })

  it('takes scalars', () => {
    expectClose(
      numbers(() => solveMonotone((x) => tf.sinh(x), tensor(2))),
      [Math.asinh(2)],
    )
  })

  it('gives NaN for NaN', () => {
    expectClose(
      numbers(() =>
        tf.slice(
          solveMonotone((x) => tf.tanh(x), tensor([Number.NaN, 0.5])),
          [1],
          [1],
        ),
      ),
      [Math.atanh(0.5)],
    )
    expect(numbers(() => solveMonotone((x) => tf.tanh(x), tensor([Number.NaN, 0.5])))[0]).toBeNaN()
  })

  it('has first and second derivatives with respect to y and the parameters', () => {
    expectDerivatives({
      f: (y, a) => solveMonotone(cubic, y!, [a!]),
      at: [
        { values: [0.5, -2, 10], shape: [3] },
        { values: [1, 0.5, 2], shape: [3] },
      ],
    })
    expectDerivatives({
      f: (y, shift) => solveMonotone((x, s) => tf.add(tf.sinh(x), s!), y!, [shift!]),
      at: [
        { values: [0.5, -2, 10, 1], shape: [2, 2] },
        { values: [0.25], shape: [1] },
      ],
    })
  })

  it('leaves nothing behind', () => {
    const y = tensor([1, 2])
    const a = tensor([1, 3])
    withoutLeak(() => {
      solveMonotone(cubic, y, [a]).dispose()
      tf.dispose(gradients(() => tf.sum(solveMonotone(cubic, y, [a])), [y, a]))
    })
    tf.dispose([y, a])
  })
})

describe('fixedPoint', () => {
  const affine = (x: tf.Tensor, w?: tf.Tensor, b?: tf.Tensor): tf.Tensor =>
    tf.add(tf.tanh(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D)), b!)
  const W = { values: [0.25, 0.5, -0.5, 0.25], shape: [2, 2] }
  const B = { values: [1, 2, -3, 0.5, 0.1, 0], shape: [3, 2] }

  it('reaches x = g(x), and linear ones exactly', () => {
    // x = x / 2 + b has the solution 2b
    expectClose(
      numbers(() =>
        fixedPoint((x, b) => tf.add(tf.mul(x, 0.5), b!), tf.zeros([2, 2]), [
          tensor([
            [1, 2],
            [-3, 100],
          ]),
        ]),
      ),
      [2, 4, -6, 200],
      10 * eps,
    )
    tf.tidy(() => {
      const w = tensor(W.values, W.shape)
      const b = tensor(B.values, B.shape)
      const x = fixedPoint(affine, tf.zeros([3, 2]), [w, b])
      expectClose([...x.dataSync()], [...affine(x, w, b).dataSync()], 10 * eps)
    })
  })

  it('takes a single vector', () => {
    expectClose(
      numbers(() => fixedPoint((x, b) => tf.add(tf.mul(x, 0.5), b!), tf.zeros([2]), [tensor([1, 2])])),
      [2, 4],
      10 * eps,
    )
  })

  it('stops each row by itself: the same numbers alone and in a batch', () => {
    const w = tensor(W.values, W.shape)
    const all = numbers(() => fixedPoint(affine, tf.zeros([3, 2]), [w, tensor(B.values, B.shape)]))
    const alone = [0, 1, 2].flatMap((i) =>
      numbers(() => fixedPoint(affine, tf.zeros([1, 2]), [w, tensor(B.values.slice(2 * i, 2 * i + 2), [1, 2])])),
    )
    expectClose(alone, all, double ? 1e-15 : 5e-7)
    w.dispose()
  })

  it('names the rows that diverge or are too slow', () => {
    const rates = tensor([[0.5], [1000], [0.99]])
    withoutLeak(() => {
      const run = (rates: tf.Tensor) => (): tf.Tensor =>
        fixedPoint((x, r) => tf.add(tf.mul(x, r!), 1), rates, [rates], { maxIterations: 120 })
      expect(run(rates)).toThrow(
        expect.objectContaining({
          code: 'convergence',
          message: expect.stringMatching(/fixedPoint.*rows 1, 2.*2 of 3/),
        }),
      )
      expect(() => tf.tidy(() => run(tensor([[0.5], [1000]]))())).toThrow(/row 1:/)
    })
    rates.dispose()
  })

  it('passes NaN in a row on, and leaves the others alone', () => {
    const x = numbers(() =>
      fixedPoint((x, b) => tf.add(tf.mul(x, 0.5), b!), tf.zeros([2, 1]), [tensor([[Number.NaN], [1]])]),
    )
    expect(x[0]).toBeNaN()
    expectClose([x[1]!], [2])
  })

  it('has first and second derivatives', () => {
    expectDerivatives({
      f: (w, b) => fixedPoint(affine, tf.zeros([1, 2]), [w!, b!]),
      at: [W, { values: [1, -0.5], shape: [1, 2] }],
    })
    expectDerivatives({
      f: (a) => fixedPoint((x, a) => tf.mul(tf.cos(x), a!), tf.zeros([3]), [a!], { eventRank: 0 }),
      at: [{ values: [0.5, 0.75, -0.25], shape: [3] }],
    })
  })

  it('leaves nothing behind, in derivatives neither', () => {
    const w = tensor(W.values, W.shape)
    const b = tensor(B.values, B.shape)
    const x0 = tf.zeros([3, 2])
    withoutLeak(() => {
      fixedPoint(affine, x0, [w, b]).dispose()
      tf.dispose(gradients(() => tf.sum(fixedPoint(affine, x0, [w, b])), [w, b, x0]))
    })
    tf.dispose([w, b, x0])
  })
})

describe('cond', () => {
  it('evaluates one branch, and its gradient', () => {
    const x = tensor([4])
    const taken: string[] = []
    const value = (): tf.Tensor =>
      cond(
        tf.greater(tf.sum(x), 3),
        (x) => {
          taken.push('true')
          return tf.sqrt(x!)
        },
        (x) => {
          taken.push('false')
          return tf.neg(x!)
        },
        [x],
      )
    expect(numbers(value)).toEqual([2])
    expect(numbers(() => gradients(() => tf.sum(value()), [x])[0]!)).toEqual([0.25])
    expect(new Set(taken)).toEqual(new Set(['true']))
    x.dispose()
  })

  it('has second derivatives in either branch, and refuses more than one element', () => {
    for (const on of [0, 1])
      expectDerivatives({
        f: (x) =>
          cond(
            tf.fill([1], on),
            (x) => tf.exp(x!),
            (x) => tf.mul(x!, tf.square(x!)),
            [x!],
          ),
        at: [{ values: [0.5, -1], shape: [2] }],
      })
    expect(() =>
      tf.tidy(() =>
        cond(
          tf.zeros([2]),
          () => tf.zeros([1]),
          () => tf.zeros([1]),
        ),
      ),
    ).toThrow(/one element/)
  })

  it('gives a handle of its own', () => {
    const x = tensor([1])
    const one = tf.scalar(1)
    cond(
      one,
      (x) => x!,
      (x) => x!,
      [x],
    ).dispose()
    expect([...x.dataSync()]).toEqual([1])
    tf.dispose([x, one])
  })
})

it('hooks see every loop that depends on data', () => {
  const seen: string[] = []
  tf.tidy(() => {
    withLoopHooks(
      {
        iterate: (options, run) => {
          seen.push(options.solver ?? 'iterate')
          return run(options)
        },
        cond: (options, run) => {
          seen.push('cond')
          return run(options)
        },
      },
      () => {
        solveMonotone((x) => tf.tanh(x), tensor([0.5]))
        cond(
          tf.ones([]),
          () => tf.zeros([]),
          () => tf.ones([]),
        )
      },
    )
    solveMonotone((x) => tf.tanh(x), tensor([0.5]))
  })
  expect(seen).toEqual(['solveMonotone (bracketing)', 'solveMonotone', 'cond'])
})
