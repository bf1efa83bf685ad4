import { EbbflowError } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { valuesOf } from './engine.js'
import type { Origin } from './graph.js'

/** Thrown through the recorded function; layers that it passes add their path. */
export class Unrecordable extends EbbflowError {
  constructor(message: string) {
    super('unsupported', message)
  }
}

/** Kernels of which what they give may be as long as the numbers say that they are given. */
export const SIZED_BY_NUMBERS = /^(Where|Unique|NonMaxSuppression|Sparse|Ragged|String)/

/** Kernels that only give data another shape; some backends copy, and so make new data of it. */
export const VIEWS = new Set(['Identity', 'Reshape'])

/** What a kernel made of constants alone: known for good. */
export function folded(name: string, attrs: object, output: tf.Tensor): Origin {
  const { value } = attrs as { value?: unknown }
  if (name === 'Fill' && typeof value === 'number') return { kind: 'filled', fill: value }
  return constantOf(valuesOf(output.dataId))
}

/** Numbers that are there at recording: one alone where all are the same. */
export function constantOf(values: tf.BackendValues): Origin {
  const data = values as Float32Array
  const first = data[0]
  if (first !== undefined && data.every((value) => Object.is(value, first))) return { kind: 'filled', fill: first }
  return { kind: 'constant', data: data.slice() }
}
