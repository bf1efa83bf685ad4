import type { Mend } from '../../mend.js'
import { binary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own traps on integers modulo 0 and rounds before it takes the remainder. */
export const mod: Mend<BackendWasm> = {
  kernel: 'Mod',
  mend: () =>
    binary((x, y, out, o, n, p, s, q, t) => {
      for (let k = 0; k < n; k++) {
        const b = y[q + k * t]!
        const rest = x[p + k * s]! % b
        out[o + k] = rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
      }
    }),
}
