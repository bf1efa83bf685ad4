import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Mend, runKernelOf } from '../../mend.js'
import type { NativeBackend } from '../ops.js'

/** TensorFlow's gives floats for floats, where tfjs promises integers. */
export const floorDiv: Mend<NativeBackend> = {
  kernel: 'FloorDiv',
  mend: (original) => (call) => {
    const out = original(call) as TensorInfo
    if (out.dtype === 'int32') return out
    try {
      return runKernelOf(call.backend, 'Cast', { x: out }, { dtype: 'int32' })
    } finally {
      call.backend.disposeData(out.dataId)
    }
  },
}
