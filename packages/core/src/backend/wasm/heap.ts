import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type * as tf from '@tensorflow/tfjs-core'

export { type Run, scratch } from '../mend.js'
export type { BackendWasm }

/** Elements of a tensor where the backend keeps them. */
export type Values = Float32Array | Int32Array | Uint8Array

/**
 * Views of tensors on the WASM heap, made after the last allocation: the heap may grow, and then older views are empty.
 */
export function views(backend: BackendWasm, ...infos: tf.TensorInfo[]): Values[] {
  // data that another backend holds moves here now, which may allocate
  for (const info of infos) backend.dataIdMap.get(info.dataId)
  return infos.map((info) => backend.typedArrayFromHeap(info) as Values)
}

/** The same data under another shape, as a kernel's result. */
export function reshaped(backend: BackendWasm, x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  backend.incRef(x.dataId)
  return { dataId: x.dataId, shape: [...shape], dtype: x.dtype }
}
