import type { Mend } from '../../mend.js'
import { extreme } from '../extreme.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own gives the number where one of the two is NaN, which hides it. */
export const maximum: Mend<BackendWasm> = {
  kernel: 'Maximum',
  mend: () =>
    extreme('max', (x, y, out, o, n, p, s, q, t) => {
      for (let k = 0; k < n; k++) {
        const a = x[p + k * s]!
        const b = y[q + k * t]!
        out[o + k] = a > b || Number.isNaN(a) ? a : b
      }
    }),
}
