import type { Mend } from '../../mend.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own is log(x + 1) in single precision: 0 below 6e-8. In double precision the sum loses nothing that shows. */
export const log1p: Mend<BackendWasm> = {
  kernel: 'Log1p',
  mend: () =>
    unary((x, out) => {
      for (let k = 0; k < x.length; k++) {
        const v = x[k]!
        out[k] = v < 2 ** -14 && v > -(2 ** -14) ? v * (1 - v * (0.5 - v / 3)) : Math.log(1 + v)
      }
    }, 'float32'),
}
