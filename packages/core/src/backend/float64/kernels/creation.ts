import type * as tf from '@tensorflow/tfjs-core'
import { broadcastShapes, type Shape } from '../../../shape.js'
import { allocate, type DType, type NDArray, supportedDType, zeros } from '../array.js'
import { define } from '../kernel.js'
import { map } from './unary.js'

const filled = (shape: Shape, value: number, dtype: DType): NDArray => {
  const out = zeros(shape, dtype)
  out.values.fill(value)
  return out
}

/** n numbers from `start` by `step`. */
function ramp(n: number, start: number, step: number, dtype: DType): NDArray {
  const out = zeros([n], dtype)
  for (let k = 0; k < n; k++) out.values[k] = start + k * step
  return out
}

/** Kernels that make values, or give them another dtype. */
export const creationKernels: readonly tf.KernelConfig[] = [
  define('Fill', [], (_, { shape, value, dtype }: tf.FillAttrs) =>
    filled(shape, value as number, supportedDType(dtype ?? 'float32')),
  ),
  define('ZerosLike', ['x'], ({ x }) => zeros(x.shape, x.dtype)),
  define('OnesLike', ['x'], ({ x }) => filled(x.shape, 1, x.dtype)),
  define('Range', [], (_, { start, stop, step, dtype }: tf.RangeAttrs) => {
    // a default step of 1 counts down where it must
    const by = stop < start && step === 1 ? -1 : step
    return ramp(Math.max(0, Math.ceil((stop - start) / by)), start, by, dtype)
  }),
  define('LinSpace', [], (_, { start, stop, num }: tf.LinSpaceAttrs) =>
    ramp(num, start, num > 1 ? (stop - start) / (num - 1) : 0, 'float32'),
  ),
  define('OneHot', ['indices'], ({ indices }, { depth, onValue, offValue, dtype }: tf.OneHotAttrs) => {
    const out = filled([...indices.shape, depth], offValue, supportedDType(dtype))
    indices.values.forEach((at, k) => {
      if (at >= 0 && at < depth) out.values[k * depth + at] = onValue
    })
    return out
  }),
  define('Cast', ['x'], ({ x }, { dtype }: tf.CastAttrs) => {
    const to = supportedDType(dtype)
    if (to === x.dtype) return x
    // typed arrays truncate towards zero as they should; a mask is set by anything but zero
    return to === 'bool' ? map(x, (v) => Number(v !== 0), 'bool') : map(x, (v) => v, to)
  }),
  define('BroadcastArgs', ['s0', 's1'], ({ s0, s1 }) => {
    const shape = broadcastShapes(Array.from(s0.values), Array.from(s1.values))
    const values = allocate('int32', shape.length)
    values.set(shape)
    return { values, shape: [shape.length], dtype: 'int32' }
  }),
]
