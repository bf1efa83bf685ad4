import {
  EbbflowError,
  fixedPoint,
  type IterateOptions,
  initialisers,
  iterate,
  Module,
  Rng,
  type Slot,
  solveMonotone,
  tensor,
  useBackend,
} from '@ebbflow/core'
import { maf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compile, compileWith } from '../compile.js'
import { compileStep } from '../compile-step.js'
import { openThreads } from '../open-threads.js'
import type { StepOptimiser } from '../step/options.js'
import type { ThreadPool } from '../threads/pool.js'

beforeAll(() => useBackend('wasm'))

const pools: ThreadPool[] = []
const open = async (): Promise<ThreadPool> => {
  const pool = await openThreads({ count: 2 })
  pools.push(pool)
  return pool
}
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
})

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

function errorOf(run: () => unknown): EbbflowError {
  try {
    run()
  } catch (error) {
    if (error instanceof EbbflowError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** Halves until below 2: in at most 8 steps, so for numbers below 512. */
const halved = (options: Pick<IterateOptions, 'state'> & Partial<IterateOptions>): tf.Tensor[] =>
  iterate({
    step: ([s]) => ({ state: [tf.mul(s!, 0.5)], done: tf.less(s!, 2) }),
    maxIterations: 9,
    ...options,
  }).state

const SOLVED: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  'roots, element by element': (y) =>
    solveMonotone((x, y) => tf.add(tf.mul(tf.exp(tf.mul(tf.tanh(y!), 0.25)), x), tf.sinh(tf.mul(x, 0.5))), y, [y]),
  'fixed points of rows': (y) => {
    const weights = tensor([0.25, -0.125, 0.0625, 0.5, 0.125, -0.25, 0.25, 0, 0.375], [3, 3])
    return fixedPoint((x, y) => tf.sub(y!, tf.mul(tf.tanh(tf.matMul(x, weights)), 0.5)), y, [y])
  },
  'roots within the steps of others': (y) =>
    halved({
      state: [tf.add(tf.abs(y), 3)],
      rows: y.shape,
      step: ([s]) => {
        const root = solveMonotone((x, s) => tf.add(x, tf.tanh(tf.mul(x, s!))), s!, [s!])
        return { state: [tf.mul(root, 0.5)], done: tf.less(root, 1) }
      },
    })[0]!,
}

describe('an iteration whose body keeps rows apart', () => {
  test.each(Object.keys(SOLVED))('gives the same bits in blocks and on threads: %s', async (name) => {
    const threads = await open()
    const fn = SOLVED[name]!
    tf.tidy(() => {
      let recordings = 0
      const counted = (x: tf.Tensor): tf.Tensor => {
        recordings += 1
        return fn(x)
      }
      const example = Rng.seed(1).normal([256, 3])
      const alone = compile(counted, example)
      const shared = compileWith({ threads }, fn, example)
      const recorded = recordings
      const all = Rng.seed(2).normal([1000, 3])
      const whole = values(alone(all))
      const eager = values(fn(all))
      for (const [i, want] of eager.entries())
        expect(Math.abs(whole[i]! - want)).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(want)))
      for (const rows of [1, 3, 64, 65, 1000]) {
        const part = tf.slice(all, 0, rows)
        expect(values(alone(part))).toEqual(whole.slice(0, 3 * rows))
        expect(values(shared(part))).toEqual(whole.slice(0, 3 * rows))
      }
      expect(recordings).toBe(recorded)
      shared.dispose()
      alone.dispose()
    })
  })

  test('takes memory that does not grow with rows', () => {
    for (const fn of Object.values(SOLVED)) {
      const bytes = [8192, 16384].map((rows) =>
        tf.tidy(() => compile((x: tf.Tensor) => fn(x), Rng.seed(1).normal([rows, 3])).memoryBytes!),
      )
      expect(bytes[0]).toBe(bytes[1])
    }
  })

  test('names rows of the whole batch that have not converged, whichever thread found them', async () => {
    const threads = await open()
    tf.tidy(() => {
      const solved = (x: tf.Tensor): tf.Tensor => halved({ state: [x], solver: 'halving' })[0]!
      const byElement = (x: tf.Tensor): tf.Tensor => halved({ state: [x], rows: x.shape, solver: 'halving' })[0]!
      const numbers = (rows: number, ...large: number[]): tf.Tensor => {
        const all = new Float32Array(rows).fill(5)
        for (const i of large) all[i] = 1e6
        return tf.tensor1d(all)
      }
      const pairs = (rows: number, ...large: number[]): tf.Tensor => tf.reshape(numbers(2 * rows, ...large), [rows, 2])
      for (const options of [{}, { threads }]) {
        const compiled = compileWith(options, solved, numbers(128))
        expect(errorOf(() => compiled(numbers(300, 277)))).toMatchObject({
          code: 'convergence',
          message: expect.stringMatching(/halving did not converge in row 277/),
        })
        // the first block that has some, and none of what fills it up
        const several = errorOf(() => compiled(numbers(131, 1, 2, 120, 130)))
        expect(several.message).toMatch(/halving did not converge in rows 1, 2/)
        expect(errorOf(() => compiled(numbers(65, 64))).message).toMatch(
          /in row 64: got 1 of 65 rows open|in row 64: got 1 of 1 rows open/,
        )
        expect(errorOf(() => compiled(numbers(1, 0))).message).toMatch(/in row 0/)
        // nothing of it is left
        expect(values(compiled(numbers(300)))).toEqual(Array(300).fill(0.625))
        const inner = compileWith(options, byElement, pairs(128))
        expect(errorOf(() => inner(pairs(300, 521))).message).toMatch(/in row \[260, 1\]/)
        expect(errorOf(() => byElement(pairs(300, 521))).message).toMatch(/in row \[260, 1\]/)
        inner.dispose()
        compiled.dispose()
      }
    })
  })

  test('names rows of one that failed before other layers were computed', () => {
    const flow = maf({ dimensions: 2, layers: 2, hidden: [12, 12] }).init({ seed: 1 })
    tf.tidy(() => {
      const fn = (x: tf.Tensor): tf.Tensor =>
        flow.fromLatent(halved({ state: [x], rows: x.shape, solver: 'halving' })[0]!)
      const compiled = compile(fn, Rng.seed(1).normal([100, 2]))
      const numbers = Rng.seed(2).values('normal', 200)
      numbers[131] = 1e6
      const x = tf.tensor2d(numbers, [100, 2])
      for (const run of [compiled, fn])
        expect(errorOf(() => run(x)).message).toMatch(/halving did not converge in row \[65, 1\]/)
      compiled.dispose()
    })
    flow.dispose()
  })

  test('names the one that has failed of several, and of some within others', () => {
    tf.tidy(() => {
      const both = (x: tf.Tensor): tf.Tensor => {
        const [first] = halved({ state: [x], solver: 'the first' })
        return halved({ state: [tf.mul(first!, tf.add(x, 100))], solver: 'the second' })[0]!
      }
      const compiled = compile(both, tf.fill([100], 3))
      const at = (row: number, value: number): tf.Tensor =>
        tf.tensor1d(Float32Array.from({ length: 100 }, (_, i) => (i === row ? value : 3)))
      expect(errorOf(() => compiled(at(70, 511))).message).toMatch(/the second did not converge in row 70/)
      expect(errorOf(() => compiled(at(99, 1e5))).message).toMatch(/the first did not converge in row 99/)
      const nested = (x: tf.Tensor): tf.Tensor =>
        halved({
          state: [x],
          solver: 'around',
          step: ([s]) => {
            const [inner] = halved({ state: [tf.mul(s!, s!)], solver: 'within' })
            return { state: [tf.add(tf.mul(s!, 0.5), tf.mul(inner!, 0))], done: tf.less(s!, 2) }
          },
        })[0]!
      const within = compile(nested, tf.fill([100], 3))
      expect(values(within(tf.fill([100], 6)))).toEqual(values(nested(tf.fill([100], 6))))
      expect(errorOf(() => within(at(80, 200))).message).toMatch(/within did not converge in row 80/)
      expect(errorOf(() => nested(at(80, 200))).message).toMatch(/within did not converge in row 80/)
    })
  })
})

test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  [
    'share a tensor',
    (x) => {
      const { state, shared } = iterate({
        state: [x],
        shared: [tf.zeros([3])],
        step: ([s], [sum]) => ({
          state: [tf.mul(s!, 0.5)],
          shared: [tf.add(sum!, tf.sum(s!, 0))],
          done: tf.less(tf.max(tf.abs(s!), 1), 1),
        }),
        maxIterations: 9,
      })
      return tf.add(state[0]!, shared[0]!)
    },
  ],
  [
    'look at each other',
    (x) =>
      halved({
        state: [x],
        step: ([s]) => ({
          state: [tf.mul(tf.sub(s!, tf.mean(s!, 0)), 0.5)],
          done: tf.less(tf.max(tf.abs(s!), 1), 0.25),
        }),
      })[0]!,
  ],
  [
    'stop together',
    (x) =>
      halved({
        state: [x],
        step: ([s]) => ({ state: [tf.mul(s!, 0.5)], done: tf.less(tf.mul(tf.ones([s!.shape[0]!]), tf.max(s!)), 0.25) }),
      })[0]!,
  ],
])('rows that %s are not parted', (_, fn) => {
  tf.tidy(() => {
    const [small, large] = [1024, 2048].map((rows) => compile(fn, Rng.seed(1).normal([rows, 3])))
    expect(large!.memoryBytes!).toBeGreaterThan(1.5 * small!.memoryBytes!)
    for (const rows of [1, 5, 300]) {
      const x = Rng.seed(rows).normal([rows, 3])
      const [got, want] = [values(small!(x)), values(fn(x))]
      for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(1e-4)
    }
  })
})

describe('a training step with solvers', () => {
  class Wave extends Module {
    readonly scale: Slot = this.param('scale', [3], initialisers.filled([0.25, 0.5, 0.125]))
  }

  /** Steps whose numbers are updated beside the program, by a part of their gradients. */
  const descent = (): StepOptimiser => ({
    kind: 'descent',
    step: 0,
    begin: () => {},
    apply: (_, values, gradient, scale, out) => {
      for (let i = 0; i < out.length; i++) out[i] = values[i]! - 0.1 * scale * gradient[i]!
    },
    state: () => ({ kind: 'descent', step: 0, vectors: {} }),
    load: () => {},
  })

  test('parts its batch, on threads to the same bits, and names rows that have not converged', async () => {
    const threads = await open()
    const rows = 70 * 4 + 1
    const batch = (large?: number): Float32Array => {
      const all = Rng.seed(4).values('normal', 3 * rows) as Float32Array
      if (large !== undefined) all[3 * large] = 1e6
      return all
    }
    const trained = (pool?: ThreadPool) => {
      const module = new Wave().init()
      const step = compileStep({
        loss: ([x]) => {
          const root = solveMonotone(
            (at, a) => tf.add(at, tf.tanh(tf.mul(at, tf.exp(a!)))),
            halved({ state: [x!], rows: x!.shape, solver: 'halving' })[0]!,
            [module.scale.value],
          )
          return { loss: tf.mean(tf.square(tf.sub(root, 0.5))) }
        },
        parameters: module.trainable(),
        optimiser: descent(),
        examples: [tf.tensor2d(batch(), [rows, 3])],
        ...(pool && { threads: pool }),
      })
      const failed = [279, 280, 3, 150].map((row) => errorOf(() => step.run([batch(row)], 1)).message)
      const found = Array.from({ length: 3 }, () => step.run([batch()], 1))
      step.sync()
      const parameters = values(module.scale.value)
      step.dispose()
      module.dispose()
      return { parts: step.parts, failed, found, parameters }
    }
    const [alone, together] = [trained(), trained(threads)]
    expect(alone.parts).toBe(4)
    expect(together).toEqual(alone)
    for (const [i, row] of [279, 280, 3, 150].entries())
      expect(alone.failed[i]).toMatch(new RegExp(`halving did not converge in row \\[${row}, 0\\]`))
    expect(alone.found[2]!.loss).toBeLessThan(alone.found[0]!.loss)
  })
})
