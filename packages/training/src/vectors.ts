import { currentBackend, FLOAT64, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Numbers in a flat array of single or double precision. */
export type Vector = Float32Array | Float64Array

/** A vector of the precision that the current backend computes in. */
export const newVector = (length: number): Vector =>
  currentBackend() === FLOAT64 ? new Float64Array(length) : new Float32Array(length)

interface Heap {
  typedArrayFromHeap?(info: tf.Tensor): Float32Array
}

/** The values of a tensor for reading, at once: a view where the backend has one, which the next allocation may invalidate. */
export function peek(x: tf.Tensor): Vector {
  const { backend } = tf.engine()
  if (tf.engine().backendName === 'wasm' && (backend as tf.KernelBackend & Heap).typedArrayFromHeap)
    return (backend as tf.KernelBackend & Required<Heap>).typedArrayFromHeap(x)
  return x.dataSync() as Vector
}

/** A tensor that takes `values` over: the caller must not touch them again, because some backends keep the array itself. */
export function handOver(values: Vector, shape: Shape): tf.Tensor {
  if (values instanceof Float32Array) return tf.tensor(values, [...shape], 'float32')
  // tf.tensor refuses Float64Array; a buffer passes it through untouched
  return tf.buffer([...shape], 'float32', values as unknown as Float32Array).toTensor() as tf.Tensor
}
