import type { Mend } from '../../mend.js'
import { binary } from '../elementwise.js'
import type { BackendWasm } from '../heap.js'

/** The backend's own gives floats for floats, where tfjs promises integers, and −2³¹ for a division by 0. */
export const floorDiv: Mend<BackendWasm> = {
  kernel: 'FloorDiv',
  mend: () =>
    binary(
      (x, y, out, o, n, p, s, q, t) => {
        for (let k = 0; k < n; k++) out[o + k] = Math.floor(x[p + k * s]! / y[q + k * t]!)
      },
      () => 'int32',
    ),
}
