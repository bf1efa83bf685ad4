import type { Mend } from '../../mend.js'
import { unary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own cosine loses three digits near its zeros, is wrong beyond 1e4, and half as fast. */
export const cos: Mend<BackendWasm> = {
  kernel: 'Cos',
  mend: () =>
    unary((x, out) => {
      for (let k = 0; k < x.length; k++) out[k] = Math.cos(x[k]!)
    }, 'float32'),
}
