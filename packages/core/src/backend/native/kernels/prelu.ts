import { broadcastShapes } from '../../../shape.js'
import { type Mend, scratch } from '../../mend.js'
import type { NativeBackend } from '../ops.js'

/** tfjs-node computes relu(x) − α relu(−x), which is NaN for infinite x. */
export const prelu: Mend<NativeBackend> = {
  kernel: 'Prelu',
  mend:
    () =>
    ({ inputs, backend }) => {
      const { x, alpha } = inputs
      return scratch(backend, (run) => {
        const zero = run('ZerosLike', { x: x! })
        const sloped = run('Multiply', { a: x!, b: alpha! })
        const shape = broadcastShapes(x!.shape, alpha!.shape)
        // a choice does not broadcast; adding zeros would lose the sign of −0 only
        const given = run('Add', { a: x!, b: run('ZerosLike', { x: alpha! }) })
        const negative = run('Less', { a: given, b: run('Fill', {}, { shape, value: 0, dtype: zero.dtype }) })
        return run('Select', { condition: negative, t: sloped, e: given })
      })
    },
}
