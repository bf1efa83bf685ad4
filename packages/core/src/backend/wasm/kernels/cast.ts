import type { Mend } from '../../mend.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own keeps the low byte when it makes a mask, so that 0.5 and 256 are false. */
export const cast: Mend<BackendWasm> = {
  kernel: 'Cast',
  mend: (original) => {
    const mask = unary((x, out) => {
      for (let k = 0; k < x.length; k++) out[k] = x[k] === 0 ? 0 : 1
    }, 'bool')
    return (call) => (call.attrs.dtype === 'bool' ? mask(call) : original(call))
  },
}
