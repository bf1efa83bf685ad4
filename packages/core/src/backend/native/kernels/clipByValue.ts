import type { ClipByValueAttrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import type { NativeBackend } from '../ops.js'

/** TensorFlow's takes the bounds in the dtype of x, in which ∞ is not to be had. */
export const clipByValue: Mend<NativeBackend> = {
  kernel: 'ClipByValue',
  mend: (original) => (call) => {
    if (call.inputs.x!.dtype !== 'int32') return original(call)
    const { clipValueMin, clipValueMax } = call.attrs as unknown as ClipByValueAttrs
    const within = (bound: number): number => Math.min(Math.max(bound, -(2 ** 31)), 2 ** 31 - 1)
    const attrs = { clipValueMin: within(Math.ceil(clipValueMin)), clipValueMax: within(Math.floor(clipValueMax)) }
    return original({ ...call, attrs })
  },
}
