import { EbbflowError, useBackend } from '@ebbflow/core'
import { realNVP } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from './compile.js'
import { compileStep } from './compile-step.js'
import { engineParts } from './engine.js'
import { rowsWithRoom } from './room.js'
import type { StepOptimiser } from './step/options.js'

beforeAll(() => useBackend('wasm'))

const ROWS = 8192
const optimiser: StepOptimiser = {
  kind: 'none',
  step: 0,
  begin: () => {},
  apply: () => {},
  state: () => ({ kind: 'none', step: 0, vectors: {} }),
  load: () => {},
}
const flow = () => realNVP({ dimensions: 2, layers: 2, hidden: [16] }).init({ seed: 1 })
const examples = (rows = ROWS): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i)),
    [rows, 2],
  )

/** The most rows that a kernel gave, and the most bytes that tensors took. */
function watched<T>(run: () => T): { result: T; most: number; peak: number } {
  const engine = engineParts()
  const { runKernel, state } = engine
  let most = 0
  let peak = 0
  engine.runKernel = (...args) => {
    const out = runKernel.apply(engine, args)
    for (const { shape } of [out].flat()) most = Math.max(most, shape[0] ?? 0)
    peak = Math.max(peak, state.numBytes)
    return out
  }
  try {
    return { result: run(), most, peak }
  } finally {
    engine.runKernel = runKernel
  }
}

/** Runs as if so many bytes were left of the heap. */
function crowded<T>(left: number, run: () => T): { result: T; most: number } {
  const { state } = engineParts()
  const held = 2 ** 32 - 2 ** 16 - left - state.numBytes
  state.numBytes += held
  try {
    return watched(run)
  } finally {
    state.numBytes -= held
  }
}

const stepOf = (x: tf.Tensor) => {
  const model = flow()
  return () =>
    compileStep({
      loss: ([rows]) => ({ loss: tf.neg(tf.mean(model.logProb(rows!))) }),
      parameters: model.trainable(),
      optimiser,
      examples: [x],
    })
}

const thrownBy = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('a step that outgrows the memory of the engine is refused before it runs, with a batch that fits', () => {
  const make = stepOf(examples())
  const tensors = tf.memory().numTensors
  const { result, most } = crowded(4e6, () => thrownBy(make))
  expect(tf.memory().numTensors).toBe(tensors)
  expect(result).toBeInstanceOf(EbbflowError)
  const { code, expected, received } = result as EbbflowError
  expect([code, received]).toEqual(['argument', `${ROWS}`])
  expect(most).toBeLessThan(ROWS)
  const fits = Number(/at most (\d+) rows/.exec(expected!)![1])
  // what it names is taken by the memory that was left
  expect(fits).toBeGreaterThan(100)
  expect(fits).toBeLessThan(ROWS)
  const before = tf.memory().numBytes
  expect(watched(stepOf(examples(fits))).peak - before).toBeLessThan(4e6)
})

test('a batch for which there is room is not asked about', () => {
  const x = examples()
  const model = flow()
  expect(rowsWithRoom(([rows]) => [model.logProb(rows!)], [x])).toBeUndefined()
  expect(stepOf(x)().parts).toBe(4)
})

test('densities of more rows than there is room for are recorded on fewer', () => {
  const x = examples()
  const model = flow()
  const { result, most } = crowded(1e6, () => compile((rows: tf.Tensor) => model.logProb(rows), x))
  expect(result.engine).toBe('compiled')
  expect(most).toBeLessThan(ROWS)
  const [got, want] = [result(x).dataSync(), model.logProb(x).dataSync()]
  expect(got.length).toBe(ROWS)
  for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4)
  result.dispose()
})

test('a function that mixes so many rows is refused', () => {
  const x = examples()
  const model = flow()
  const mixed = (rows: tf.Tensor): tf.Tensor => tf.mean(model.logProb(rows))
  const { result } = crowded(1e6, () => thrownBy(() => compile(mixed, x)))
  expect(result).toMatchObject({ code: 'argument', received: `${ROWS}` })
})
