import { EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Node } from './graph.js'
import { difference, type Recording, record, Unrecordable } from './record.js'

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

/**
 * Records a function twice and compares: what differs, of noise without a seed, of counters, of branches at a first call, cannot be
 * recorded.
 *
 * @throws EbbflowError `unsupported`, naming the layer, where the runs differ, or where the function reads a value it has computed.
 */
export function trace(fn: ListFunction, inputs: readonly tf.Tensor[]): Recording {
  recording = true
  try {
    const run = (change: (x: tf.Tensor) => tf.Tensor, stopAt?: number): Recording => {
      const out: Recording[] = []
      tf.tidy(() => {
        // data of their own, so that an input that is also something else is an input here
        const own = inputs.map(change)
        const made = record(() => fn(own), own, stopAt === undefined ? {} : { stopAt })
        out.push({ ...made, results: made.results.map((result) => tf.keep(tf.clone(result))) })
      })
      return out[0]!
    }
    const first = run(copyOf)
    // on other numbers: what depends on them in a way that cannot be followed shows as a constant that differs
    const second = run(shifted)
    tf.dispose(second.results)
    const differs = difference(first.graph, second.graph)
    if (!differs) return first
    tf.dispose(first.results)
    const error = new Inconstant(differs.what)
    const path = pathOf(() => run(copyOf, differs.call))
    throw path ? error.at(path) : error
  } finally {
    recording = false
  }
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
  const values = x.dataSync().slice() as Float32Array
  const row = values.length / Math.max(1, x.shape[0] ?? 1)
  if (x.dtype !== 'float32') return tf.tensor(values.reverse(), x.shape, x.dtype)
  const moved =
    x.rank > 0 && x.shape[0]! > 1
      ? values.map((_, i) => values[(i + row) % values.length]!)
      : values.map((v) => v * 0.9375)
  return tf.tensor(moved, x.shape, x.dtype)
}
