import type { ClipByValueAttrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { clamped } from '../clamp.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own turns NaN into the lower bound, reads integers as floats and writes past the end of masks. */
export const clipByValue: Mend<BackendWasm> = {
  kernel: 'ClipByValue',
  mend: () => (call) => {
    const { clipValueMin: low, clipValueMax: high } = call.attrs as unknown as ClipByValueAttrs
    if (call.inputs.x!.dtype === 'float32') return clamped(call.backend, call.inputs.x!, low, high)
    return unary((x, out) => {
      for (let k = 0; k < x.length; k++) out[k] = Math.min(Math.max(x[k]!, low), high)
    }, 'int32')(call)
  },
}
