import type * as tf from '@tensorflow/tfjs-core'
import type { Mend } from './mend.js'

/** tfjs hands an axis counted from the end to its kernels as it is; theirs on WASM then write past their memory. */
const counted = <B>(kernel: string): Mend<B> => ({
  kernel,
  mend: (original) => (call) => {
    const axis = call.attrs.axis as number
    if (axis >= 0) return original(call)
    return original({ ...call, attrs: { ...call.attrs, axis: axis + (call.inputs.x as tf.TensorInfo).shape.length } })
  },
})

/** Cumulative sums and products along an axis counted from the end. */
export const cumulativeMends = <B>(): Mend<B>[] => [counted('Cumsum'), counted('Cumprod')]
