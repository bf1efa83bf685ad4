import {
  EbbflowError,
  fixedPoint,
  iterate,
  odeSolve,
  Rng,
  solveMonotone,
  tensor,
  useBackend,
  valueAndGradients,
  withBackend,
} from '@ebbflow/core'
import { type Flow, ffjord, iResNet, planar, sylvester } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { compile } from './compile.js'

beforeAll(() => useBackend('wasm'))
afterEach(() => vi.restoreAllMocks())

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

/** Compiles a function, and compares it with double precision on other numbers than it was recorded with. */
function expectLikeDouble(
  fn: (...inputs: tf.Tensor[]) => tf.Tensor[],
  shapes: readonly number[][],
  within: number,
  draw: (rng: Rng, shape: number[]) => tf.Tensor = (rng, shape) => rng.normal(shape),
): void {
  tf.tidy(() => {
    const [first, second] = ['first', 'second'].map((seed) =>
      shapes.map((shape, i) => draw(Rng.seed(`${seed} ${i}`), shape)),
    )
    const compiled = compile((...inputs: tf.Tensor[]) => fn(...inputs), ...first!)
    expect(compiled.reason).toBeUndefined()
    expect(compiled.explain()).toMatch(/Iterate/)
    const numbers = second!.map((x) => x.dataSync() as Float32Array)
    const double = withBackend('float64', () =>
      tf.tidy(() => fn(...numbers.map((x, i) => tensor(x, shapes[i]!))).map(values)),
    )
    for (const [i, got] of compiled(...second!).entries()) {
      const scale = Math.max(1, ...double[i]!.map(Math.abs))
      const far = Math.max(0, ...values(got).map((v, j) => Math.abs(v - double[i]![j]!))) / scale
      expect(far, `output ${i}`).toBeLessThan(within)
    }
    compiled.dispose()
  })
}

describe('an iteration', () => {
  /** Halves until below 2; rows that are done are held. */
  const halved = (x: tf.Tensor, solver?: string) =>
    iterate({
      state: [x],
      step: ([s]) => ({ state: [tf.mul(s!, 0.5)], done: tf.less(s!, 2) }),
      maxIterations: 9,
      ...(solver !== undefined && { solver }),
    })

  test('takes as many turns as its rows need, and says which are done', () => {
    const compiled = compile(
      (x: tf.Tensor) => {
        const { state, converged } = halved(x)
        return [state[0]!, converged]
      },
      tensor([100]),
    )
    expect(compiled.engine).toBe('compiled')
    const [last, converged] = compiled(tensor([3]))
    expect([values(last!), values(converged!)]).toEqual([[0.75], [1]])
    expect(compiled(tensor([1e6])).map(values)).toEqual([[1e6 / 512], [0]])
    const several = compile((x: tf.Tensor) => halved(x).state[0]!, tensor([1, 2, 3, 4, 5]))
    expect(values(several(tensor([100, 1, 7, 2, 3])))).toEqual([0.78125, 0.5, 0.875, 0.5, 0.75])
  })

  test('that is a solver throws, naming the rows, where some are not done', () => {
    const solved = compile((x: tf.Tensor) => halved(x, 'halving').state[0]!, tensor([1, 2, 3]))
    const failing = (): tf.Tensor => solved(tensor([1, 1e6, 1e7]))
    expect(failing).toThrow(EbbflowError)
    expect(failing).toThrow(/halving did not converge in rows 1, 2/)
    expect(values(solved(tensor([1, 2, 3])))).toEqual([0.5, 0.5, 0.75])
  })

  test('reads what is around it, keeps what rows share, and may swap', () => {
    const sums = (x: tf.Tensor, y: tf.Tensor): tf.Tensor[] => {
      const twice = tf.mul(y, 2)
      const { state, shared } = iterate({
        state: [x, y],
        shared: [tf.zeros([2]), tf.ones([])],
        step: ([a, b], [sum, count]) => ({
          state: [b!, tf.add(a!, twice)],
          shared: [tf.add(sum!, tf.sum(b!, 0)), count!],
          done: tf.greater(tf.sum(a!, 1), 10),
        }),
        maxIterations: 20,
      })
      return [...state, ...shared, tf.add(x, y)]
    }
    expectLikeDouble(
      sums,
      [
        [3, 2],
        [3, 2],
      ],
      1e-5,
      (rng, shape) => rng.uniform(shape),
    )
  })

  test('whose number of steps is used as a size runs eagerly', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const recorded = compile(
      (x: tf.Tensor) =>
        iterate({
          state: [x],
          step: ([s]) => ({ state: [tf.mul(s!, 0.5)], done: tf.less(s!, 2), record: s! }),
          maxIterations: 9,
        }).records!,
      tensor([5]),
    )
    expect(recorded.reason).toMatch(/a size depends on data/)
    expect(recorded(tensor([3])).shape).toEqual([2, 1])
    expect(warn).toHaveBeenCalledTimes(1)
  })
})

describe('solvers within a program', () => {
  const gradientsOf = (f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): tf.Tensor[] => {
    const { value, gradients } = valueAndGradients(() => tf.sum(tf.square(f(...inputs))), inputs)
    return [f(...inputs), value, ...gradients]
  }

  test.each([1, 3, 4, 5, 7, 8, 63, 64, 65])('find roots of increasing functions of %i numbers', (n) => {
    const root = (y: tf.Tensor, a: tf.Tensor): tf.Tensor =>
      solveMonotone((x, slope) => tf.add(tf.mul(tf.exp(slope!), x), tf.pow(x, 3)), y, [a])
    expectLikeDouble((y, a) => gradientsOf(root, [y!, a!]), [[n], [n]], 1e-5)
  })

  test.each([1, 5, 64])('find fixed points of %i rows', (n) => {
    const point = (y: tf.Tensor): tf.Tensor => fixedPoint((x, y) => tf.sub(y!, tf.mul(tf.tanh(x), 0.5)), y, [y])
    expectLikeDouble((y) => gradientsOf(point, [y!]), [[n, 3]], 1e-5)
  })

  test('solve differential equations, with the adjoint equation for their gradients', () => {
    const end = (x: tf.Tensor, a: tf.Tensor): tf.Tensor =>
      odeSolve((t, x, a) => tf.tanh(tf.add(tf.matMul(x, a!), tf.cos(t))), x, [a], { t0: 0, t1: 1, gradient: 'adjoint' })
    expectLikeDouble(
      (x, a) => gradientsOf(end, [x!, a!]),
      [
        [5, 3],
        [3, 3],
      ],
      1e-4,
    )
  })
})

describe('flows whose layers iterate', () => {
  const FLOWS: Readonly<Record<string, () => Flow>> = {
    planar: () => planar({ dimensions: 2, layers: 3 }),
    sylvester: () => sylvester({ dimensions: 3, layers: 2 }),
    iResNet: () => iResNet({ dimensions: 2, layers: 2 }),
  }

  test.each(Object.keys(FLOWS))('%s: the images of base samples', (name) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const flow = FLOWS[name]!().init({ seed: 1 })
    for (const [path, slot] of flow.parameters())
      tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.03125))))
    expectLikeDouble((z) => [flow.fromLatent(z!)], [[6, ...flow.eventShape]], 1e-4)
    flow.dispose()
  })

  test('ffjord: densities, and gradients by the adjoint equation', () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const flow = ffjord({ dimensions: 2, hidden: [9], gradient: 'adjoint' }).init({ seed: 1 })
    const slots = [...flow.trainable().values()]
    const density = (x: tf.Tensor): tf.Tensor[] => {
      const { value, gradients } = valueAndGradients(
        () => tf.neg(tf.mean(flow.logProb(x))),
        slots.map((slot) => slot.value),
      )
      return [flow.logProb(x), value, ...gradients]
    }
    expectLikeDouble((x) => density(x!), [[5, 2]], 2e-3)
    flow.dispose()
  })
})
