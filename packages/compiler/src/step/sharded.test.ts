import { initialisers, inverse, Module, Rng, type Slot, useBackend } from '@ebbflow/core'
import { type Flow, maf, nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compileStep } from '../compile-step.js'
import { openThreads } from '../open-threads.js'
import { Regions } from '../regions.js'
import type { ThreadPool } from '../threads/pool.js'
import { partingOf } from './lanes.js'
import type { AdamSettings, StepLoss, StepOptimiser } from './options.js'
import { squaresOf, updatesOf } from './parts.js'

beforeAll(() => useBackend('wasm'))

const pools: ThreadPool[] = []
const open = async (count: number, patience = 60_000): Promise<ThreadPool> => {
  const pool = await openThreads({ count, patience })
  pools.push(pool)
  return pool
}
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close()
})

/** Adam's numbers alone: the program does the rest. */
class Numbers implements StepOptimiser {
  readonly kind = 'adam'
  step = 0
  vectors: Record<string, Float32Array> = {}
  readonly settings: AdamSettings = {
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-6,
    weightDecay: 0.01,
    decays: (path) => path.endsWith('kernel'),
  }
  begin(): void {}
  apply(): void {}
  state() {
    return this
  }
  load(state: { step: number; vectors: Record<string, Float32Array> }): void {
    this.step = state.step
    this.vectors = state.vectors
  }
}

const valuesOf = (module: Module): Record<string, number[]> =>
  Object.fromEntries([...module.slots()].map(([path, { value }]) => [path, Array.from(value.dataSync())]))

/** Some steps on `rows` rows, and what they come to. */
function trained(make: () => Flow, rows: number, threads?: ThreadPool, whole = false) {
  const flow = make()
  const dimensions = flow.eventShape[0]!
  const examples = [Rng.seed(0).normal([rows, dimensions]), tf.ones([rows])]
  const step = compileStep({
    loss: ([x, w]) => {
      const nll = tf.neg(tf.mean(tf.mul(flow.logProb(x!), w!)))
      // a term of no weight by which all rows hang together
      const bound = tf.mul(tf.mean(tf.square(tf.sub(x!, tf.mean(x!, 0)))), 0)
      return { loss: whole ? tf.add(nll, bound) : nll }
    },
    parameters: flow.trainable(),
    optimiser: new Numbers(),
    examples,
    clipNorm: 0.5,
    ...(threads && { threads }),
  })
  tf.dispose(examples)
  const found = []
  for (let i = 0; i < 4; i++) {
    const x = Rng.seed(i).values('normal', rows * dimensions)
    found.push(step.run([x, Rng.seed(i).split('w').values('uniform', rows)], 0.01))
  }
  step.sync()
  const values = valuesOf(flow)
  step.dispose()
  flow.dispose()
  return { step, found, values }
}

const FLOWS: Readonly<Record<string, () => Flow>> = {
  nsf: () => nsf({ dimensions: 2, layers: 2, hidden: [9, 6], bins: 4 }).init({ seed: 1 }),
  // masked weights, which are the same for all rows
  maf: () => maf({ dimensions: 3, layers: 2, hidden: [11, 9] }).init({ seed: 1 }),
}

describe.each(Object.keys(FLOWS))('a step of %s whose batch is parted', (name) => {
  test('comes to the same bits on any number of threads, and to nearly those of the whole', async () => {
    const make = FLOWS[name]!
    const alone = trained(make, 259)
    expect(alone.step.parts).toBe(4)
    for (const count of [2, 3]) {
      const shared = trained(make, 259, await open(count))
      expect(shared.found).toEqual(alone.found)
      expect(shared.values).toEqual(alone.values)
    }
    const whole = trained(make, 259, undefined, true)
    expect(whole.step.parts).toBe(1)
    for (const [i, { loss, gradientNorm }] of alone.found.entries()) {
      expect(loss).toBeCloseTo(whole.found[i]!.loss, 4)
      expect(gradientNorm).toBeCloseTo(whole.found[i]!.gradientNorm, 3)
    }
    for (const [path, values] of Object.entries(whole.values))
      for (const [i, value] of values.entries()) expect(alone.values[path]![i]!, path).toBeCloseTo(value, 3)
  })

  test('goes through many rows block by block, in memory that grows by the rows alone', async () => {
    const make = FLOWS[name]!
    const few = trained(make, 1024)
    const many = trained(make, 4097, await open(2))
    expect(many.values).toEqual(trained(make, 4097).values)
    const { step } = few
    const perRow = 4 * (make().eventShape[0]! + 1)
    expect(many.step.memoryBytes - step.memoryBytes).toBeLessThan(2.5 * step.memoryBytes + (4097 - 1024) * perRow)
  })
})

test('a step whose rows hang together is computed whole', () => {
  const flow = FLOWS.nsf!()
  const x = Rng.seed(1).normal([256, 2])
  const make = (loss: (x: tf.Tensor) => tf.Tensor) =>
    compileStep({
      loss: ([rows]) => ({ loss: loss(rows!) }),
      parameters: flow.trainable(),
      optimiser: new Numbers(),
      examples: [x],
    })
  const nll = (rows: tf.Tensor) => tf.neg(tf.mean(flow.logProb(rows)))
  expect(make(nll).parts).toBe(4)
  expect(make((rows) => nll(tf.sub(rows, tf.mean(rows, 0)))).parts).toBe(1)
  expect(make((rows) => nll(tf.add(rows, Rng.seed(1).normal([256, 2])))).parts).toBe(1)
  expect(make((rows) => tf.max(tf.neg(flow.logProb(rows)))).parts).toBe(1)
  x.dispose()
  flow.dispose()
})

test('noise for each row is what it is on the engine, on any number of threads', async () => {
  const rows = 200
  const flow = FLOWS.nsf!()
  const examples = [Rng.seed(1).normal([rows, 2]), tf.tensor1d([1, 2], 'int32')]
  const loss = ([x, key]: tf.Tensor[]): tf.Tensor => {
    const rng = Rng.fromKey(key!)
    // rows may stand behind an axis of one sample
    const [one, each] = [rng.split('b').uniform([rows, 1]), tf.reshape(rng.split('c').normal([1, rows, 2]), [rows, 2])]
    const noise = tf.add(tf.add(rng.split('a').normal([rows, 2]), one), each)
    return tf.neg(tf.mean(flow.logProb(tf.add(x!, tf.mul(noise, 0.5)))))
  }
  const threads = await open(2)
  const key = [3, -4]
  const eager = tf.tidy(() => loss([examples[0]!, tf.tensor1d(key, 'int32')]).dataSync()[0]!)
  const losses = [{}, { threads }].map((options) => {
    const step = compileStep({
      loss: (inputs) => ({ loss: loss(inputs) }),
      parameters: flow.trainable(),
      optimiser: new Numbers(),
      examples,
      ...options,
    })
    expect(step.parts).toBe(3)
    return step.run([examples[0]!.dataSync() as Float32Array, key], 0).loss
  })
  expect(losses[0]).toBeCloseTo(eager, 4)
  expect(losses[1]).toBe(losses[0])
  tf.dispose(examples)
  flow.dispose()
})

test('a matrix without an inverse is named by its place in the batch, on any number of threads, and steps go on', async () => {
  class Model extends Module {
    readonly scale: Slot = this.param('scale', [2, 2], initialisers.ones)
  }
  const rows = 200
  const good = tf.tidy(() => tf.add(tf.eye(2, 2, [rows]), Rng.seed(1).uniform([rows, 2, 2])))
  const values = good.dataSync() as Float32Array
  const bad = values.map((v, i) => (i >> 2 === 150 ? 0 : v))
  const threads = await open(2)
  const ends = [{}, { threads }].map((options) => {
    const model = new Model().init()
    const step = compileStep({
      loss: ([x]) => ({ loss: tf.mean(tf.sum(inverse(tf.mul(x!, model.scale.value)), [1, 2])) }),
      parameters: model.trainable(),
      optimiser: new Numbers(),
      examples: [good],
      ...options,
    })
    expect(step.parts).toBeGreaterThan(1)
    expect(() => step.run([bad], 0.01)).toThrow('inverse: singular matrix in matrix [150] of the batch, at pivot 0')
    const { loss } = step.run([values], 0.01)
    step.sync()
    return { loss, slots: valuesOf(model) }
  })
  expect(ends[0]!.loss).toBeGreaterThan(0)
  expect(ends[1]).toEqual(ends[0])
  good.dispose()
})

test('what is computed of sums, extras and states come to what they are', async () => {
  class Model extends Module {
    readonly a: Slot = this.param('a', [3], initialisers.filled([1, 2, 3]))
    readonly unused: Slot = this.param('unused', [5], initialisers.ones)
    readonly mean: Slot = this.state('mean', [3], initialisers.zeros)
  }
  const loss =
    (model: Model) =>
    ([x]: tf.Tensor[]): StepLoss => {
      const mean = tf.mean(tf.mul(x!, model.a.value), 0)
      return {
        // with a part that knows no rows, and an extra that is not linear in what is summed
        loss: tf.add(tf.sum(mean), tf.sum(tf.square(model.a.value))),
        extras: [tf.max(tf.exp(mean)), tf.scalar(7)],
        states: new Map([[model.mean, tf.add(tf.mul(model.mean.value, 0.5), tf.mean(x!, 0))]]),
      }
    }
  const ends = []
  for (const rows of [63, 256]) {
    const model = new Model().init()
    const threads = await open(2)
    const x = tf.tile(Rng.seed(3).normal([1, 3]), [rows, 1])
    const step = compileStep({
      loss: loss(model),
      parameters: model.trainable(),
      optimiser: new Numbers(),
      examples: [x],
      threads,
    })
    const outcomes = [0, 1].map(() => step.run([x.dataSync() as Float32Array], 0.125))
    step.sync()
    ends.push({ outcomes, values: valuesOf(model), parts: step.parts })
  }
  const [few, many] = ends as [(typeof ends)[0], (typeof ends)[0]]
  expect([few.parts, many.parts]).toEqual([1, 4])
  for (const [i, { loss: value, extras, gradientNorm }] of many.outcomes.entries()) {
    expect(value).toBeCloseTo(few.outcomes[i]!.loss, 4)
    expect(gradientNorm).toBeCloseTo(few.outcomes[i]!.gradientNorm, 4)
    for (const [k, v] of extras.entries()) expect(v).toBeCloseTo(few.outcomes[i]!.extras[k]!, 4)
  }
  for (const [path, values] of Object.entries(few.values))
    for (const [i, value] of values.entries()) expect(many.values[path]![i]!, path).toBeCloseTo(value, 4)
})

test('a thread that is gone is an error; the parameters are those that were written back last', async () => {
  const flow = FLOWS.nsf!()
  const threads = await open(2, 300)
  const x = Rng.seed(1).normal([256, 2])
  const step = compileStep({
    loss: ([rows]) => ({ loss: tf.neg(tf.mean(flow.logProb(rows!))) }),
    parameters: flow.trainable(),
    optimiser: new Numbers(),
    examples: [x],
    threads,
  })
  const rows = x.dataSync() as Float32Array
  step.run([rows], 0.01)
  step.sync()
  const before = valuesOf(flow)
  threads.hands[0]!.terminate()
  for (let i = 0; i < 2; i++) expect(() => step.run([rows], 0.01)).toThrow(expect.objectContaining({ code: 'thread' }))
  step.sync()
  expect(valuesOf(flow)).toEqual(before)
  x.dispose()
  flow.dispose()
})

test('a batch is parted by its size alone, into blocks that hold all rows', () => {
  expect(partingOf(127, 2, 0)).toBeUndefined()
  expect(partingOf(128, 2, 0)).toEqual({ lanes: 2, block: 64, blocks: 2, last: 64 })
  expect(partingOf(256, 2, 0)).toEqual({ lanes: 4, block: 64, blocks: 4, last: 64 })
  // rows of images are fewer
  expect(partingOf(64, 784, 0)).toEqual({ lanes: 4, block: 16, blocks: 4, last: 16 })
  expect(partingOf(256, 2, 2 ** 20)).toEqual({ lanes: 2, block: 128, blocks: 2, last: 128 })
  fc.assert(
    fc.property(fc.integer({ min: 256, max: 1e7 }), (rows) => {
      const { lanes, block, blocks, last } = partingOf(rows, 2, 2 ** 20 * (rows % 2))!
      expect((blocks - 1) * block + last).toBe(rows)
      expect(last).toBeGreaterThan(0)
      expect(last).toBeLessThanOrEqual(block)
      expect(block).toBeLessThanOrEqual(256)
      expect(blocks).toBeGreaterThanOrEqual(lanes)
    }),
  )
})

test('threads square every gradient once, and nothing between them; and update every parameter once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 5 }),
      (sizes, count) => {
        const slots = new Map(sizes.map((size, i) => [`${i}`, { shape: [size] } as unknown as Slot]))
        const regions = new Regions(slots)
        const seen = new Map<number, number>()
        for (const { at, vectors, left } of squaresOf(regions, count).flat())
          for (let i = 0; i < 4 * vectors + left; i++) seen.set(at + 4 * i, (seen.get(at + 4 * i) ?? 0) + 1)
        const wanted = regions.places.flatMap(({ at, length }) =>
          Array.from({ length }, (_, i) => regions.bytes + at + 4 * i),
        )
        expect([...seen.keys()].sort((a, b) => a - b)).toEqual(wanted)
        expect([...seen.values()].every((times) => times === 1)).toBe(true)

        const updates = updatesOf(regions, (path) => Number(path) % 2 === 0, count).flat()
        const covered = updates.flatMap(({ at, vectors, decaying }) =>
          Array.from({ length: vectors }, (_, i) => `${at + 16 * i} ${decaying}`),
        )
        const all = regions.places.flatMap(({ path, at, length }) =>
          Array.from({ length: Math.ceil(length / 4) }, (_, i) => `${at + 16 * i} ${Number(path) % 2 === 0}`),
        )
        expect(covered.sort()).toEqual(all.sort())
      },
    ),
  )
})
