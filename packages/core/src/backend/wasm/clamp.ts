import type { TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../shape.js'
import { type BackendWasm, views } from './heap.js'
import { address, simdOf } from './simd.js'

/** min(max(x, low), high) for floats; NaN stays NaN. */
export function clamped(backend: BackendWasm, x: TensorInfo, low: number, high: number): TensorInfo {
  const out = backend.makeOutput(x.shape, 'float32')
  const simd = simdOf(backend)
  if (simd) {
    const from = address(backend, x)
    simd.clamp(from, address(backend, out), sizeOf(x.shape), low, high)
    return out
  }
  const [from, to] = views(backend, x, out)
  for (let k = 0; k < from!.length; k++) to![k] = Math.min(Math.max(from![k]!, low), high)
  return out
}
