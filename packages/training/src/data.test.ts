import { EbbflowError, Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { permutation, Sampler } from './batches/sampler.js'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import { Pace } from './pace.js'
import { ToyFlow } from './toy.fixture.js'

const nested = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
const flat = Float32Array.from(nested.flat())

describe('rows', () => {
  test('come in many forms with the same result', async () => {
    const flow = new ToyFlow(2).init()
    const nll = await evaluate(flow, flat)
    const tensor = tf.tensor2d(flat, [40, 2])
    const forms = [nested, Float64Array.from(flat), { values: flat, width: 2 }, tensor]
    for (const rows of forms) expect(await evaluate(flow, rows)).toBeCloseTo(nll, 6)
    // the tensor is the caller's still
    expect(tensor.isDisposed).toBe(false)
    const narrow = new ToyFlow(1).init()
    const column = [1, 2, 3]
    const one = await evaluate(narrow, column)
    for (const rows of [[[1], [2], [3]], Int32Array.from(column), tf.tensor1d(column), tf.tensor2d(column, [3, 1])])
      expect(await evaluate(narrow, rows)).toBe(one)
  })

  test.each([
    [
      'a NaN',
      [
        [1, 2],
        [3, Number.NaN],
      ],
      /data: row 1, column 1 is not a finite number: got NaN/,
    ],
    ['an infinity', Float32Array.of(1, 2, 3, 4, Number.NEGATIVE_INFINITY, 6), /row 2, column 0 .* got -Infinity/],
    ['a short row', [[1, 2], [3]], /row 1 has another width: expected 2 values, got 1/],
    ['numbers for rows', [1, 2], /row 0 has another width: expected 2 values, got 1/],
    ['no rows', [], /data has no rows/],
    ['a length that does not divide', new Float32Array(5), /whole number of rows of 2 values, got 5 values/],
    ['another width', { values: new Float32Array(6), width: 3 }, /rows of 2 values, got rows of 3 values/],
    ['another tensor', tf.zeros([4, 3]), /data has another shape: expected \[rows, 2\], got \[4, 3\]/],
  ])('with %s are refused', async (_, rows, message) => {
    const error = await evaluate(new ToyFlow(2).init(), rows).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(EbbflowError)
    expect(error).toMatchObject({ code: 'data', message: expect.stringMatching(message) })
  })

  test('text among numbers is refused', async () => {
    const rows = JSON.parse('[[1, 2], [3, "4"]]') as number[][]
    await expect(fit(new ToyFlow(2), rows)).rejects.toThrow(/row 1, column 1 is not a number: got "4"/)
  })

  test('fewer than a batch are refused, unless nobody chose its size', async () => {
    const flow = new ToyFlow(2)
    await expect(fit(flow, flat, { batchSize: 41 })).rejects.toThrow(/fewer training rows .* at least 41, got 40/)
    await expect(fit(flow, flat, { batchSize: 35, validation: 0.2 })).rejects.toThrow(/got 32 \(and 8 held out\)/)
    expect((await fit(flow, flat, { steps: 2 })).steps).toBe(2)
  })

  test.each([
    ['one a row', [1, 2], /one weight a row is needed: expected 40, got 2/],
    ['not negative', nested.map((_, i) => (i === 3 ? -1 : 1)), /weight of row 3 .* got -1/],
    ['not all zero', nested.map(() => 0), /every weight is zero/],
  ])('weights must be %s', async (_, weights, message) => {
    await expect(fit(new ToyFlow(2), flat, { weights })).rejects.toThrow(message)
  })

  test('a context must have as many rows, all finite', async () => {
    const flow = new ToyFlow(2)
    await expect(fit(flow, flat, { context: [[1], [2]] })).rejects.toThrow(/context of data .* expected 40, got 2/)
    const context = new Float32Array(40).fill(Number.NaN, 7, 8)
    await expect(fit(flow, flat, { context })).rejects.toThrow(/the context of data: row 7, column 0 is not a finite/)
  })
})

describe('batches', () => {
  const pool = Int32Array.of(2, 3, 5, 7, 11)
  const make = () => new Sampler(pool, 3, Rng.seed(1), new Pace())

  test('take every row equally often in an order that changes, and depend on their number alone', async () => {
    const sampler = make()
    const batches: number[][] = []
    for (let i = 0; i < 10; i++) batches.push([...(await sampler.rows(i))])
    const all = batches.flat()
    const epochs = Array.from({ length: 6 }, (_, e) => all.slice(5 * e, 5 * e + 5))
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([...pool])
    expect(new Set(epochs.map(String)).size).toBeGreaterThan(3)
    expect([...(await make().rows(7))]).toEqual(batches[7])
  })

  test('come from orders that are uniform, block by block', async () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = String(await permutation(3, Rng.seed(9).split(i), new Pace()))
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // χ² with five degrees of freedom, beyond 20 once in a thousand
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chi2).toBeLessThan(20)
    const long = await permutation(200_000, Rng.seed(1), new Pace())
    const seen = new Uint8Array(200_000)
    for (const row of long) seen[row] = 1
    expect(seen.every((once) => once === 1)).toBe(true)
    // a uniform order moves a row by a third of the length on average
    const moved = long.reduce((sum, row, i) => sum + Math.abs(row - i), 0) / long.length ** 2
    expect(moved).toBeCloseTo(1 / 3, 2)
  })
})

describe('streams', () => {
  const batches = (n: number) => Array.from({ length: n }, (_, i) => nested.slice(4 * i, 4 * i + 4))
  const endless: AsyncIterable<number[][]> = {
    async *[Symbol.asyncIterator]() {
      yield* batches(10)
    },
  }

  test('are used as they come, and asked again when they end', async () => {
    const result = await fit(new ToyFlow(2), endless, { steps: 25, validation: { data: flat } })
    expect(result).toMatchObject({ steps: 25, stopped: 'steps' })
    async function* once() {
      yield* batches(10)
    }
    expect(await fit(new ToyFlow(2), once())).toMatchObject({ steps: 10, stopped: 'data' })
  })

  test('may bring tensors, weights and contexts, and are closed', async () => {
    let closed = false
    async function* stream() {
      try {
        for (;;) {
          const data = tf.tensor2d(flat, [40, 2])
          yield { data, context: new Float32Array(40), weights: new Float32Array(40).fill(2) }
          data.dispose()
        }
      } finally {
        closed = true
      }
    }
    const flow = new ToyFlow(2)
    expect((await fit(flow, stream(), { steps: 5 })).steps).toBe(5)
    expect(closed).toBe(true)
    const other = new ToyFlow(2)
    await fit(other, [[1, 2]], { steps: 0 })
    await expect(fit(other, stream(), { validation: 0.1 })).rejects.toThrow(/a stream cannot be divided/)
  })

  test('an abort does not wait for one that never answers', async () => {
    const stuck: AsyncIterable<number[][]> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    }
    const result = await fit(new ToyFlow(2), stuck, { signal: AbortSignal.timeout(30) })
    expect(result).toMatchObject({ steps: 0, stopped: 'aborted' })
  })

  test('bad rows name their batch', async () => {
    async function* stream() {
      yield nested
      yield [[1, Number.NaN]]
    }
    await expect(fit(new ToyFlow(2), stream())).rejects.toThrow(/batch 1: row 0, column 1 is not a finite number/)
  })
})
