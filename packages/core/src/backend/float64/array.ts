import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../errors.js'
import { type Shape, sameShape, sizeOf } from '../../shape.js'

/** How the backend keeps values: doubles under dtype float32. */
export type Values = Float64Array | Int32Array | Uint8Array

/** The dtypes that the backend keeps. */
export type DType = 'float32' | 'int32' | 'bool'

/** A row-major array. Kernels are functions of arrays, which they never change; results may share an input's values. */
export interface NDArray {
  readonly values: Values
  readonly shape: Shape
  readonly dtype: DType
}

/** Refuses dtypes that the backend does not keep. */
export function supportedDType(dtype: tf.DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new EbbflowError('unsupported', 'dtype on the float64 backend', {
    expected: 'float32, int32 or bool',
    received: dtype,
  })
}

/** Zeros of a dtype. */
export function allocate(dtype: DType, size: number): Values {
  if (dtype === 'float32') return new Float64Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size)
}

/** The values as doubles: products are computed in loops over one kind of array, which engines compile to plain arithmetic. */
export const doubles = ({ values }: NDArray): Float64Array =>
  values instanceof Float64Array ? values : Float64Array.from(values)

/** An array of zeros. */
export const zeros = (shape: Shape, dtype: DType): NDArray => ({ values: allocate(dtype, sizeOf(shape)), shape, dtype })

/** The same values under another shape. */
export const reshaped = (x: NDArray, shape: Shape): NDArray => ({ ...x, shape })

/** The distance between neighbours along each axis. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!
  return strides
}

/** Strides that read an array of shape `from` as if it were broadcast to `to`. */
export function broadcastStrides(from: Shape, to: Shape): number[] {
  const own = stridesOf(from)
  const lead = to.length - from.length
  return to.map((_, d) => (d < lead || from[d - lead] === 1 ? 0 : own[d - lead]!))
}

/** For each element of a row-major array of shape `shape`: start + Σ index · stride. */
export function offsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  let map: Int32Array = Int32Array.of(start)
  shape.forEach((n, d) => {
    const stride = strides[d]!
    const next = new Int32Array(map.length * n)
    let p = 0
    for (const base of map) for (let k = 0; k < n; k++) next[p++] = base + k * stride
    map = next
  })
  return map
}

/** The elements of x that strides pick, as a row-major array of shape `shape`. */
export function strided(x: NDArray, shape: Shape, strides: readonly number[], start = 0): NDArray {
  return picked(x, shape, offsets(shape, strides, start))
}

/** The elements of x at the places given, zero where a place is negative. */
export function picked(x: NDArray, shape: Shape, places: Int32Array): NDArray {
  const out = allocate(x.dtype, places.length)
  for (let k = 0; k < places.length; k++) if (places[k]! >= 0) out[k] = x.values[places[k]!]!
  return { values: out, shape, dtype: x.dtype }
}

/** x broadcast to a shape. */
export const broadcast = (x: NDArray, shape: Shape): NDArray =>
  sameShape(x.shape, shape) ? x : strided(x, shape, broadcastStrides(x.shape, shape))

/** x with its axes in another order. */
export function permuted(x: NDArray, order: readonly number[]): NDArray {
  if (order.every((d, k) => d === k)) return x
  const strides = stridesOf(x.shape)
  return strided(
    x,
    order.map((d) => x.shape[d]!),
    order.map((d) => strides[d]!),
  )
}

/** The axes meant by an attribute: non-negative, ascending; all when none is given. */
export function axesOf(axis: number | readonly number[] | null | undefined, rank: number): number[] {
  if (axis === null || axis === undefined) return Array.from({ length: rank }, (_, d) => d)
  const given = typeof axis === 'number' ? [axis] : [...axis]
  return given.map((d) => axisOf(d, rank)).sort((p, q) => p - q)
}

/** One axis, counted from the end when negative. */
export function axisOf(axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis
  if (at < 0 || at >= rank)
    throw new EbbflowError('shape', 'axis out of range', {
      expected: `−${rank} to ${rank - 1}`,
      received: String(axis),
    })
  return at
}

/** How an array divides about one axis: before it, along it, after it. */
export function aroundAxis(shape: Shape, axis: number): { outer: number; n: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), n: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) }
}
