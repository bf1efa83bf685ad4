import type { Mend } from '../../mend.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own gives 0 for small numbers and for NaN. */
export const sign: Mend<BackendWasm> = {
  kernel: 'Sign',
  mend: (original) => {
    const exact = unary((x, out) => {
      for (let k = 0; k < x.length; k++) {
        const v = x[k]!
        out[k] = v > 0 ? 1 : v < 0 ? -1 : v
      }
    })
    return (call) => (call.inputs.x!.dtype === 'float32' ? exact(call) : original(call))
  },
}
