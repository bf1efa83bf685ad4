import { EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Difference, difference } from './difference.js'
import type { Node } from './graph.js'
import { type Recording, record } from './record.js'
import { Unrecordable } from './recordable.js'
import { Rehearsal } from './rehearsal.js'

/** A function of tensors that gives a list of them. */
export type ListFunction = (inputs: tf.Tensor[]) => tf.Tensor[]

/** Thrown for a function that is not the same from one call to the next. */
export class Inconstant extends EbbflowError {
  constructor(what: string) {
    super('unsupported', `a function cannot be compiled that differs from one call to the next: ${what} does`, {
      expected: 'seeded random numbers and no state outside of slots',
    })
  }
}

let recording = false

/** Whether a function is being recorded at the moment. */
export const isRecording = (): boolean => recording

/** Runs what may call compiled functions: those run as themselves. */
export function whileRecording<T>(run: () => T): T {
  const outer = recording
  recording = true
  try {
    return run()
  } finally {
    recording = outer
  }
}

/** Records one run of a function; its results are the caller's to dispose of. */
export function traceOnce(fn: ListFunction, inputs: readonly tf.Tensor[], stopAt?: number): Recording {
  const outer = recording
  recording = true
  try {
    const out: Recording[] = []
    tf.tidy(() => {
      // data of their own, so that an input that is also something else is an input here
      const own = inputs.map(copyOf)
      const made = record(() => fn(own), own, stopAt === undefined ? {} : { stopAt })
      out.push({ ...made, results: made.results.map((result) => tf.keep(tf.clone(result))) })
    })
    return out[0]!
  } finally {
    recording = outer
  }
}

/**
 * Records a function twice and compares: what differs, of noise without a seed, of counters, of branches at a first call, cannot be
 * recorded. A recording on these inputs that is there already is taken for the first. The second computes nothing where that can be.
 *
 * @throws EbbflowError `unsupported`, naming the layer, where the runs differ, or where the function reads a value it has computed.
 */
export function trace(
  fn: ListFunction,
  inputs: readonly tf.Tensor[],
  first: Recording = traceOnce(fn, inputs),
): Recording {
  try {
    const differs = rehearsed(fn, inputs, first) ?? { found: differenceAgain(fn, inputs, first) }
    if (!differs.found) return first
    const { call, what } = differs.found
    const error = new Inconstant(what)
    const path = pathOf(() => tf.dispose(traceOnce(fn, inputs, call).results))
    throw path ? error.at(path) : error
  } catch (error) {
    tf.dispose(first.results)
    throw error
  }
}

/** Where a second run differs, in which nothing is computed; undefined where that does not tell. */
function rehearsed(
  fn: ListFunction,
  inputs: readonly tf.Tensor[],
  { graph, calls }: Recording,
): { found: Difference | undefined } | undefined {
  if (!calls) return undefined
  const rehearsal = new Rehearsal(calls)
  let found: Difference | undefined
  try {
    whileRecording(() =>
      tf.tidy(() => {
        const own = inputs.map((x) => rehearsal.standFor(x))
        const second = rehearsal.guard(() => record(() => fn(own), own, { rehearsal }))
        rehearsal.end()
        found = difference(graph, second.graph)
      }),
    )
  } catch {
    // for a run with numbers to judge, if it was not for a difference
    if (!rehearsal.digression) return undefined
  }
  return rehearsal.stuck ? undefined : { found: rehearsal.digression ?? found }
}

/** Where a second run differs. */
function differenceAgain(fn: ListFunction, inputs: readonly tf.Tensor[], first: Recording): Difference | undefined {
  // on other numbers: what depends on them in a way that cannot be followed shows as a constant that differs
  const others = inputs.map((x) => shifted(x))
  try {
    const second = traceOnce(fn, others)
    tf.dispose(second.results)
    return difference(first.graph, second.graph)
  } finally {
    tf.dispose(others)
  }
}

/**
 * What a function gives for inputs a few units in the last place away: how far rounding alone may carry its results. Each turn goes farther than
 * the one before, as rounding does through many layers: where a rectifier or a bin's edge is so near that a program may be on its other side.
 */
export function besideOf(fn: ListFunction, inputs: readonly tf.Tensor[], turn: number): ArrayLike<number>[] {
  const outer = recording
  recording = true
  try {
    const results: ArrayLike<number>[] = []
    tf.tidy(() => {
      for (const result of fn(inputs.map((x) => nudged(x, turn))))
        results.push(result.dataSync().slice() as Float32Array)
    })
    return results
  } finally {
    recording = outer
  }
}

/** Numbers moved by four units in the last place, twice as many at each further turn, up, down or not at all. */
function nudged(x: tf.Tensor, turn: number): tf.Tensor {
  if (x.dtype !== 'float32') return copyOf(x)
  const values = x.dataSync() as Float32Array
  return tf.tensor(
    values.map((v, i) => v * (1 + (((i * 7919 + turn) % 3) - 1) * 2 ** (turn - 21))),
    x.shape,
  )
}

/** The path of the layer that runs a recorded kernel. */
export function layerOf(fn: ListFunction, inputs: readonly tf.Tensor[], { call }: Node): string | undefined {
  recording = true
  try {
    return pathOf(() => tf.tidy(() => void record(() => fn([...inputs]), inputs, { stopAt: call })))
  } finally {
    recording = false
  }
}

function pathOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof Unrecordable) return error.path
    throw error
  }
  return undefined
}

/** A copy with data of its own. */
function copyOf(x: tf.Tensor): tf.Tensor {
  return tf.tensor(x.dataSync().slice(), x.shape, x.dtype)
}

/** Other numbers of the same kind: the rows moved on by one, or the numbers a little changed where there is one row. */
function shifted(x: tf.Tensor): tf.Tensor {
  if (x.dtype !== 'float32') return tf.tensor((x.dataSync().slice() as Int32Array).reverse(), x.shape, x.dtype)
  return otherRows(x, x.shape[0] ?? 1)
}

/** So many rows, those of `x` from the second on, again and again; its numbers a little changed where it has one row alone. */
export function otherRows(x: tf.Tensor, rows: number): tf.Tensor {
  const given = x.dataSync() as Float32Array
  const own = x.shape[0] ?? 1
  const each = given.length / Math.max(1, own)
  const factor = own === 1 && x.dtype === 'float32' ? 0.9375 : 1
  const values = new (given.constructor as Float32ArrayConstructor)(rows * each)
  for (let row = 0; row < rows; row++) {
    const from = ((row + 1) % own) * each
    for (let i = 0; i < each; i++) values[row * each + i] = given[from + i]! * factor
  }
  return tf.tensor(values, x.rank === 0 ? [] : [rows, ...x.shape.slice(1)], x.dtype)
}
