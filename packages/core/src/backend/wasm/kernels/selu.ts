import { backend_util } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

const { SELU_SCALE, SELU_SCALEALPHA } = backend_util

/** The backend's own uses exp(x) − 1, which is 0 for small negative x. */
export const selu: Mend<BackendWasm> = {
  kernel: 'Selu',
  mend: () =>
    unary((x, out) => {
      for (let k = 0; k < x.length; k++) {
        const v = x[k]!
        out[k] = v >= 0 ? SELU_SCALE * v : SELU_SCALEALPHA * Math.expm1(v)
      }
    }, 'float32'),
}
