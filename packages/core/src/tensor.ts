import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from './errors.js'
import { type Shape, showShape, sizeOf } from './shape.js'

/** Numbers nested to any depth, as `[[1, 2], [3, 4]]`. */
export type NestedNumbers = number | readonly NestedNumbers[]

/** What can be made a tensor of: a tensor, a number, nested numbers, or a typed array (one-dimensional). */
export type TensorLike = tf.Tensor | NestedNumbers | Float32Array | Float64Array | Int32Array

/** Name of the double-precision backend. */
export const FLOAT64 = 'float64'

/**
 * A tensor of shape `shape` filled with `value`, not rounded on its way to the backend (`tf.scalar` and `tf.mul(x, 0.1)` round
 * to single precision, which spoils double-precision checks).
 *
 * @example
 * ```ts
 * import { constant, useBackend } from '@ebbflow/core'
 * await useBackend('float64')
 * constant(0.1).dataSync()[0] === 0.1 // true
 * ```
 */
export function constant(value: number, shape: Shape = []): tf.Tensor {
  return tf.fill([...shape], value)
}

function flatten(values: NestedNumbers, shape: number[], depth: number, out: number[]): void {
  if (typeof values === 'number') {
    if (depth !== shape.length) throw new EbbflowError('shape', 'ragged nested array')
    out.push(values)
    return
  }
  if (shape.length === depth) {
    if (out.length > 0) throw new EbbflowError('shape', 'ragged nested array')
    shape.push(values.length)
  } else if (shape[depth] !== values.length) throw new EbbflowError('shape', 'ragged nested array')
  for (const v of values) flatten(v, shape, depth + 1, out)
}

/**
 * A float tensor holding a copy of `values`, not rounded when the backend is double precision.
 * A tensor is returned as it is.
 *
 * @throws EbbflowError `shape` when a nested array is ragged, or when the values do not fill `shape`.
 */
export function tensor(values: TensorLike, shape?: Shape): tf.Tensor {
  if (values instanceof tf.Tensor) return shape === undefined ? values : tf.reshape(values, [...shape])
  let flat: ArrayLike<number>
  let found: number[]
  if (typeof values === 'number' || Array.isArray(values)) {
    const out: number[] = []
    found = []
    flatten(values as NestedNumbers, found, 0, out)
    flat = out
  } else {
    flat = values as Float32Array
    found = [flat.length]
  }
  const target = shape ?? found
  if (sizeOf(target) !== flat.length)
    throw new EbbflowError('shape', 'values do not fill the shape', {
      expected: `${sizeOf(target)} values for ${showShape(target)}`,
      received: `${flat.length}`,
    })
  if (tf.engine().backendName !== FLOAT64) return tf.tensor(Float32Array.from(flat), [...target], 'float32')
  // tf.tensor refuses Float64Array; a buffer passes it through untouched
  const double = Float64Array.from(flat) as unknown as Float32Array
  return tf.buffer([...target], 'float32', double).toTensor() as tf.Tensor
}
