import * as tf from '@tensorflow/tfjs-core'
import { draw } from '../random/kernel.js'
import { type Shape, sizeOf } from '../shape.js'
import { tensor } from '../tensor.js'

/** One input of a case: random values in [low, high), or the ones given, repeated as needed. */
export interface InputSpec {
  readonly shape: Shape
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly low: number
  readonly high: number
  readonly values?: readonly number[]
}

/** One use of one kernel, to be run alike on every backend. */
export interface KernelCase {
  /** The kernel that `run` emits. */
  readonly kernel: string
  /** Unique in the table. */
  readonly name: string
  readonly inputs: readonly InputSpec[]
  readonly run: (...xs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]
  /**
   * The inputs in which the (first) result is differentiable, with respect to which a gradient rule is checked; every float input
   * when left out, and none (`[]`) where the result is an index or a mask.
   */
  readonly wrt?: readonly number[]
  /** Whether NaN and ±∞ may stand among the float inputs: yes, unless the result would be a matter of taste. */
  readonly special?: boolean
  /** Shapes of the inputs that leave nothing to compute, or nothing to reduce over. */
  readonly empty?: readonly Shape[]
  /** Relative and absolute error allowed in single precision; 1e-5 when left out. */
  readonly tolerance?: number
}

/** What stands in the inputs: random numbers; the same with NaN, ±∞ and ±0 strewn in; or nothing. */
export type Variant = 'random' | 'special' | 'empty'

/** Values of an input, exact in single precision, so that every backend computes from the same numbers. */
export interface InputValues {
  readonly shape: Shape
  readonly dtype: InputSpec['dtype']
  readonly data: Float32Array | Int32Array | Uint8Array
}

/** Results of a case, read back. */
export interface Result {
  readonly shape: Shape
  readonly dtype: tf.DataType
  readonly data: number[]
}

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1]

/** A float input. */
export const f = (shape: Shape, low = -2, high = 2): InputSpec => ({ shape, dtype: 'float32', low, high })

/** A float input with the values given. */
export const fixed = (shape: Shape, values: readonly number[]): InputSpec => ({ ...f(shape), values })

/** An integer input with values in [low, high). */
export const i = (shape: Shape, low = -5, high = 6): InputSpec => ({ shape, dtype: 'int32', low, high })

/** An integer input with the values given. */
export const ints = (shape: Shape, values: readonly number[]): InputSpec => ({ ...i(shape), values })

/** A mask. */
export const b = (shape: Shape): InputSpec => ({ shape, dtype: 'bool', low: 0, high: 2 })

/** Calls a kernel that no function of tfjs emits alone. */
export const kernel = (name: string, inputs: Record<string, tf.Tensor>, attrs: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor

/** Whether a case has the variant. */
export function hasVariant(c: KernelCase, variant: Variant): boolean {
  if (variant === 'empty') return c.empty !== undefined
  return variant === 'random' || (c.special !== false && c.inputs.some((input) => input.dtype === 'float32'))
}

/** The inputs of a case, always the same for the same seed. */
export function caseInputs(c: KernelCase, variant: Variant = 'random', seed = 1): InputValues[] {
  return c.inputs.map((input, index) => {
    const shape = variant === 'empty' ? c.empty![index]! : input.shape
    const uniform = draw('uniform', seed, index, 0, 0, sizeOf(shape))
    const at = (k: number): number => {
      if (input.values) return input.values[k % input.values.length]!
      const x = input.low + (input.high - input.low) * uniform[k]!
      return input.dtype === 'float32' ? x : Math.floor(x)
    }
    const values = Array.from(uniform, (_, k) =>
      // two inputs run through the list at different paces, so that each special value meets the others
      variant === 'special' && input.dtype === 'float32' && k % 2 === 0
        ? SPECIAL[(((k / 2) * (1 + index)) | 0) % SPECIAL.length]!
        : at(k),
    )
    if (input.dtype === 'float32') return { shape, dtype: input.dtype, data: Float32Array.from(values) }
    if (input.dtype === 'int32') return { shape, dtype: input.dtype, data: Int32Array.from(values) }
    return { shape, dtype: input.dtype, data: Uint8Array.from(values) }
  })
}

/** Tensors on the current backend with the values given, in double precision where the backend has it. */
export function toTensors(inputs: readonly InputValues[]): tf.Tensor[] {
  return inputs.map(({ shape, dtype, data }) =>
    dtype === 'float32' ? tensor(data as Float32Array, shape) : tf.tensor(data.slice(), [...shape], dtype),
  )
}

/** Runs a case on the current backend; leaves no tensor behind. */
export function runCase(c: KernelCase, inputs: readonly InputValues[]): Result[] {
  const before = tf.memory().numTensors
  const results = tf.tidy(() => {
    const out = c.run(...toTensors(inputs))
    // reading inside keeps the results out of the caller's hands
    return (Array.isArray(out) ? out : [out]).map((t) => ({
      shape: t.shape,
      dtype: t.dtype,
      data: Array.from(t.dataSync() as ArrayLike<number>),
    })) as unknown as tf.Tensor[]
  }) as unknown as Result[]
  const left = tf.memory().numTensors - before
  if (left !== 0) throw new Error(`${c.name} left ${left} tensors behind`)
  return results
}

/**
 * The largest error of `actual` against `expected`, relative above 1 and absolute below; infinite where shapes or dtypes differ, or
 * where NaN or an infinity stands in one and not in the other.
 */
export function caseError(actual: readonly Result[], expected: readonly Result[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let worst = 0
  actual.forEach((a, n) => {
    const e = expected[n]!
    if (a.dtype !== e.dtype || a.shape.join() !== e.shape.join() || a.data.length !== e.data.length) {
      worst = Number.POSITIVE_INFINITY
      return
    }
    a.data.forEach((x, k) => {
      const y = e.data[k]!
      if (Object.is(x, y) || x === y) return
      const error = Math.abs(x - y) / Math.max(1, Math.abs(y))
      worst = Math.max(worst, Number.isFinite(error) ? error : Number.POSITIVE_INFINITY)
    })
  })
  return worst
}
