import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, views } from './heap.js'

/** The shape in which each right side was first multiplied. */
const shapes = new WeakMap<object, string>()

/**
 * Runs a product with a right side that the backend packs rightly. XNNPACK keeps what it packed of a right side by the identity of its
 * data alone: the same data in another shape, as a reshape gives, would be read as it was packed first, past its end. So another shape
 * gets a copy, which is freed afterwards.
 */
export function withPacked(
  backend: BackendWasm,
  right: TensorInfo,
  call: (right: TensorInfo) => TensorInfo,
): TensorInfo {
  const shape = right.shape.join()
  const first = shapes.get(right.dataId as object)
  if (first === undefined) shapes.set(right.dataId as object, shape)
  if (first === undefined || first === shape) return call(right)
  const copy = backend.makeOutput([...right.shape], 'float32')
  const [from, to] = views(backend, right, copy)
  to!.set(from!)
  try {
    return call(copy)
  } finally {
    backend.disposeData(copy.dataId)
  }
}
