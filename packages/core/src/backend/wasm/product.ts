import type * as tf from '@tensorflow/tfjs-core'
import { broadcastShapes, type Shape, sizeOf } from '../../shape.js'
import type { Kernel } from '../mend.js'
import { type BackendWasm, type Run, views } from './heap.js'
import { withPacked } from './packed.js'

/** Multiply-adds of one product above which a transposed copy pays: 9 µs against 8.5 µs at 16³, 38 against 670 at 64³. */
const TRANSPOSE_FROM = 16 ** 3
/** Multiply-adds of one product above which a batch pays a call each: 158 µs against 102 for 16 of 16³, 317 against 928 for 16 of 32³. */
const CALL_EACH_FROM = 22 ** 3

interface Flags {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Sizes of a product of stacks of matrices. */
export interface Sizes {
  readonly batch: Shape
  readonly m: number
  readonly k: number
  readonly n: number
}

/** The sizes of a batched matrix product; throws where they do not fit. */
export function sizesOf(a: Shape, b: Shape, { transposeA, transposeB }: Flags): Sizes {
  const [a0, a1] = [a.at(-2)!, a.at(-1)!]
  const [b0, b1] = [b.at(-2)!, b.at(-1)!]
  const k = transposeA ? a0 : a1
  if (k !== (transposeB ? b1 : b0))
    throw new Error(
      `matMul: inner sizes of [${a}] and [${b}] differ (transposeA ${transposeA}, transposeB ${transposeB})`,
    )
  return {
    batch: broadcastShapes(a.slice(0, -2), b.slice(0, -2)),
    m: transposeA ? a1 : a0,
    k,
    n: transposeB ? b0 : b1,
  }
}

/** A tensor of zeros. */
export function zeros(backend: BackendWasm, shape: Shape, dtype: tf.DataType = 'float32'): tf.TensorInfo {
  const out = backend.makeOutput([...shape], dtype)
  views(backend, out)[0]!.fill(0)
  return out
}

/** The matrices of a stack with their rows and columns exchanged. */
export function transposed(run: Run, x: tf.TensorInfo): tf.TensorInfo {
  const order = x.shape.map((_, d) => d)
  const last = order.length - 1
  return run('Transpose', { x }, { perm: [...order.slice(0, -2), last, last - 1] })
}

const stack = (x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo => ({ ...x, shape: [...shape] })

/**
 * The product by the backend's own kernel in the forms that it is fast or right in: no flags, and one matrix at a time or many
 * small ones.
 */
export function product(
  plain: Kernel<BackendWasm>,
  backend: BackendWasm,
  run: Run,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  flags: Flags,
): tf.TensorInfo {
  const { batch, m, k, n } = sizesOf(a.shape, b.shape, flags)
  const shape = [...batch, m, n]
  if (sizeOf(shape) * k === 0) return zeros(backend, shape)
  const work = m * k * n
  const countA = sizeOf(a.shape.slice(0, -2))
  const countB = sizeOf(b.shape.slice(0, -2))
  const call = (left: tf.TensorInfo, right: tf.TensorInfo, attrs: Flags): tf.TensorInfo =>
    withPacked(backend, right, (b) => plain({ inputs: { a: left, b }, attrs: { ...attrs }, backend }) as tf.TensorInfo)
  const small = work < TRANSPOSE_FROM
  const [ta, tb] = [flags.transposeA && !small, flags.transposeB && !small]
  const left = ta ? transposed(run, a) : a
  const right = tb ? transposed(run, b) : b
  const rest = { transposeA: flags.transposeA && small, transposeB: flags.transposeB && small }
  if (countB === 1 && !rest.transposeA) {
    // one matrix for all rows: the stack of the left is one tall matrix
    const rows = stack(left, [1, countA * m, k])
    return { ...call(rows, stack(right, [1, ...right.shape.slice(-2)]), rest), shape }
  }
  const left3 = stack(left, [countA, ...left.shape.slice(-2)])
  const right3 = stack(right, [countB, ...right.shape.slice(-2)])
  const count = sizeOf(batch)
  const aligned = countA === count && countB === count
  if (aligned && (count === 1 || work < CALL_EACH_FROM)) return { ...call(left3, right3, rest), shape }
  return each(backend, call, left3, right3, rest, shape, {
    a: repeats(a.shape.slice(0, -2), batch),
    b: repeats(b.shape.slice(0, -2), batch),
  })
}

/** One call of the kernel for each matrix of the batch. */
function each(
  backend: BackendWasm,
  call: (left: tf.TensorInfo, right: tf.TensorInfo, attrs: Flags) => tf.TensorInfo,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  flags: Flags,
  shape: readonly number[],
  at: { a: readonly number[]; b: readonly number[] },
): tf.TensorInfo {
  const out = backend.makeOutput([...shape], 'float32')
  const size = shape.at(-2)! * shape.at(-1)!
  at.a.forEach((ia, i) => {
    const left = pick(backend, a, ia)
    const right = pick(backend, b, at.b[i]!)
    const one = call(left, right, flags)
    const [from, to] = views(backend, one, out)
    to!.set(from!, i * size)
    for (const done of [left, right, one]) backend.disposeData(done.dataId)
  })
  return out
}

/** A copy of one matrix of a stack: the kernel keeps what it packed by the identity of its right side. */
function pick(backend: BackendWasm, x: tf.TensorInfo, index: number): tf.TensorInfo {
  const [, rows, columns] = x.shape as [number, number, number]
  const out = backend.makeOutput([1, rows, columns], 'float32')
  const [from, to] = views(backend, x, out)
  to!.set(from!.subarray(index * rows * columns, (index + 1) * rows * columns))
  return out
}

/** Which matrix of an input each matrix of the result is made of. */
function repeats(own: Shape, batch: Shape): number[] {
  const lead = batch.length - own.length
  let places = [0]
  batch.forEach((size, d) => {
    const mine = d < lead ? 1 : own[d - lead]!
    places = places.flatMap((p) => Array.from({ length: size }, (_, i) => p * mine + (mine === 1 ? 0 : i)))
  })
  return places
}

/** A product of integers, exact to 2⁵³. */
export function integerProduct(backend: BackendWasm, a: tf.TensorInfo, b: tf.TensorInfo, flags: Flags): tf.TensorInfo {
  const { batch, m, k, n } = sizesOf(a.shape, b.shape, flags)
  const out = backend.makeOutput([...batch, m, n], 'int32')
  const [x, y, to] = views(backend, a, b, out)
  const [stepI, stepA] = flags.transposeA ? [1, m] : [k, 1]
  const [stepB, stepJ] = flags.transposeB ? [1, k] : [n, 1]
  const placesB = repeats(b.shape.slice(0, -2), batch)
  repeats(a.shape.slice(0, -2), batch).forEach((ia, index) => {
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++)
          sum += x![ia * m * k + i * stepI + l * stepA]! * y![placesB[index]! * k * n + l * stepB + j * stepJ]!
        to![(index * m + i) * n + j] = sum
      }
  })
  return out
}
