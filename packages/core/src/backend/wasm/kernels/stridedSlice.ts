import type * as tf from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own moves four bytes an element and calls the result floats: so integers come back under the wrong name. */
export const stridedSlice: Mend<BackendWasm> = {
  kernel: 'StridedSlice',
  mend: (original) => (call) => {
    const out = original(call) as tf.TensorInfo
    const { dtype } = call.inputs.x!
    if (out.dtype !== dtype) {
      out.dtype = dtype
      call.backend.dataIdMap.get(out.dataId).dtype = dtype
    }
    return out
  },
}
