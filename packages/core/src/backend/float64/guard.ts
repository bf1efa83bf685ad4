import { EbbflowError } from '../../errors.js'

const bits = new DataView(new ArrayBuffer(4))

/** Beyond this a whole number in single precision may be the rounding of one that was not. */
const WHOLE = 2 ** 22

/** Whether a single-precision number uses its last eleven bits, which constants meant to be exact do not. */
function looksRounded(value: number): boolean {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < WHOLE)) return false
  bits.setFloat32(0, value)
  return (bits.getUint32(0) & 0x7ff) !== 0
}

/**
 * Refuses a lone single-precision number that was rounded on its way in: `tf.scalar(0.1)` and `tf.mul(x, 0.1)` make a Float32Array
 * before the backend sees the number, and every later digit of a double-precision check would be wrong.
 *
 * @throws EbbflowError `argument`
 */
export function refuseRounded(values: unknown): void {
  if (!(values instanceof Float32Array) || values.length !== 1 || !looksRounded(values[0]!)) return
  throw new EbbflowError('argument', 'a number was rounded to single precision before it reached the float64 backend', {
    expected: "numbers made with @ebbflow/core's constant(value) or tensor(values), as in tf.mul(x, constant(0.1))",
    received: String(values[0]),
  })
}
