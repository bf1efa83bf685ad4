import type * as tf from '@tensorflow/tfjs-core'
import { sameShape, sizeOf } from '../../shape.js'
import type { Kernel } from '../mend.js'
import { type BinaryLoop, binary } from './elementwise.js'
import { type BackendWasm, views } from './heap.js'
import { address, simdOf } from './simd.js'

/** The larger or smaller of two, broadcasting; NaN where either is NaN. `loop` does what SIMD cannot. */
export function extreme(which: 'max' | 'min', loop: BinaryLoop): Kernel<BackendWasm> {
  const general = binary(loop)
  return (call) => {
    const { backend } = call
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
    const simd = simdOf(backend)
    if (!simd || a.dtype !== 'float32' || b.dtype !== 'float32') return general(call)
    if (sameShape(a.shape, b.shape)) {
      const out = backend.makeOutput(a.shape, 'float32')
      // an address is asked for after all data is on the heap, which may move it there
      const [x, y] = [address(backend, a), address(backend, b)]
      simd[which](x, y, address(backend, out), sizeOf(a.shape))
      return out
    }
    const [many, one] = b.shape.length === 0 ? [a, b] : [b, a]
    if (one.shape.length > 0) return general(call)
    const bound = views(backend, one)[0]![0]!
    const out = backend.makeOutput(many.shape, 'float32')
    const range =
      which === 'max' ? ([bound, Number.POSITIVE_INFINITY] as const) : ([Number.NEGATIVE_INFINITY, bound] as const)
    simd.clamp(address(backend, many), address(backend, out), sizeOf(many.shape), ...range)
    return out
  }
}
