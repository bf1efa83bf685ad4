import type { Mend } from '../../mend.js'
import { binary, wider } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own does not broadcast, traps on empty tensors and reads integers as floats. */
export const prelu: Mend<BackendWasm> = {
  kernel: 'Prelu',
  mend: () =>
    binary(
      (x, y, out, o, n, p, s, q, t) => {
        for (let k = 0; k < n; k++) {
          const v = x[p + k * s]!
          out[o + k] = v < 0 ? v * y[q + k * t]! : v
        }
      },
      wider,
      ['x', 'alpha'],
    ),
}
