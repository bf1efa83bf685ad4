import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../shape.js'
import { squareShape, systemShape } from './batch.js'
import type { Triangle } from './dense/lu.js'

// TensorFlow's own ops on the native backend, in double precision inside. They tell a singular matrix in different ways or not at all, so
// each result is screened, and a doubtful one is left (undefined) to our own kernel, which decides, and names the matrix.

interface Handle {
  id: number
  shape: number[]
  dtype: number
}
interface Attribute {
  name: string
  type: number
  value: number | boolean
}
interface NativeBackend {
  binding: {
    TF_ATTR_TYPE: number
    TF_ATTR_BOOL: number
    TF_FLOAT: number
    TF_INT32: number
    executeOp(name: string, attributes: Attribute[], inputs: number[], outputs: number): Handle[]
    tensorDataSync(id: number): Float32Array | Int32Array
    deleteTensor(id: number): void
  }
  tensorMap: { has(dataId: object): boolean }
  getInputTensorIds(tensors: tf.TensorInfo[]): number[]
  createOutputTensor(handle: Handle): tf.TensorInfo
  readSync(dataId: object): Float32Array
  write(values: Float32Array, shape: number[], dtype: 'float32'): object
}

/** TensorFlow's number for double precision, which the binding does not name (tensorflow/core/framework/types.proto). */
const TF_DOUBLE = 2

/** Conditioning from which on a result in double precision is looked at by our own kernel. */
const DOUBTFUL = 1e10

type Result = tf.TensorInfo[] | undefined
type Screen = (outputs: Float32Array[], inputs: Float32Array[]) => boolean

/**
 * An op on float tensors cast to double and back; undefined when it throws or when `sound` refuses what it gives. Without `keep` the outputs
 * are only shown to `sound`, and none is returned.
 */
function inDouble(
  name: string,
  flags: Record<string, boolean>,
  inputs: tf.TensorInfo[],
  outputs: number,
  backend: tf.KernelBackend,
  sound: Screen,
  keep = true,
): Result {
  const native = backend as unknown as NativeBackend
  const { binding } = native
  if (!inputs.every((input) => native.tensorMap.has(input.dataId))) return undefined
  const temporary: number[] = []
  const type = (attribute: string, value: number): Attribute => ({
    name: attribute,
    type: binding.TF_ATTR_TYPE,
    value,
  })
  const cast = (id: number, from: number, to: number): Handle => {
    const truncate = { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false }
    return binding.executeOp('Cast', [type('SrcT', from), type('DstT', to), truncate], [id], 1)[0]!
  }
  const free = (handle: Handle): Handle => {
    temporary.push(handle.id)
    return handle
  }
  try {
    const ids = native.getInputTensorIds(inputs).map((id) => free(cast(id, binding.TF_FLOAT, TF_DOUBLE)).id)
    const attributes = [type('T', TF_DOUBLE)]
    if (name === 'Lu') attributes.push(type('output_idx_type', binding.TF_INT32))
    for (const [flag, value] of Object.entries(flags))
      attributes.push({ name: flag, type: binding.TF_ATTR_BOOL, value })
    const made = binding.executeOp(name, attributes, ids, outputs).map((handle) => {
      if (handle.dtype !== TF_DOUBLE) return handle
      return cast(free(handle).id, TF_DOUBLE, binding.TF_FLOAT)
    })
    const values = made.map((handle) => binding.tensorDataSync(handle.id) as Float32Array)
    const given = inputs.map((input) => native.readSync(input.dataId))
    const accepted = sound(values, given)
    if (accepted && keep) return made.map((handle) => native.createOutputTensor(handle))
    for (const handle of made) free(handle)
    return accepted ? [] : undefined
  } catch {
    return undefined
  } finally {
    for (const id of temporary) binding.deleteTensor(id)
  }
}

/** Largest absolute value of the `index`-th run of `size` numbers; NaN when one is NaN. */
function largest(values: Float32Array, index: number, size: number): number {
  let out = 0
  for (let i = index * size; i < (index + 1) * size; i++) {
    const x = Math.abs(values[i]!)
    if (!(x <= out)) out = x
    if (Number.isNaN(x)) return x
  }
  return out
}

const every = (count: number, holds: (index: number) => boolean): boolean => {
  for (let i = 0; i < count; i++) if (!holds(i)) return false
  return true
}

/** log of Hadamard's bound on |det|, the product of the rows' lengths. */
function hadamard(a: Float32Array, index: number, n: number): number {
  let out = 0
  for (let i = 0; i < n; i++) {
    let squares = 0
    for (let j = 0; j < n; j++) squares += a[index * n * n + i * n + j]! ** 2
    out += Math.log(squares) / 2
  }
  return out
}

/** Whether a log-determinant is as near to Hadamard's bound as a random matrix's, which is about n/2 below it. */
const nearBound = (log: number, a: Float32Array, index: number, n: number): boolean =>
  log > hadamard(a, index, n) - n / 2 - Math.log(DOUBTFUL) && log < Number.POSITIVE_INFINITY

/** LogMatrixDeterminant. */
export function nativeSlogdet(inputs: tf.TensorInfo[], _: object, backend: tf.KernelBackend): Result {
  const { batch, n } = squareShape(inputs[0]!.shape, 'slogdet')
  const sound: Screen = ([, log], [a]) => every(sizeOf(batch), (m) => nearBound(log![m]!, a!, m, n))
  return inDouble('LogMatrixDeterminant', {}, inputs, 2, backend, sound)
}

/** MatrixDeterminant. */
export function nativeDet(inputs: tf.TensorInfo[], _: object, backend: tf.KernelBackend): Result {
  const { batch, n } = squareShape(inputs[0]!.shape, 'det')
  const sound: Screen = ([det], [a]) => every(sizeOf(batch), (m) => nearBound(Math.log(Math.abs(det![m]!)), a!, m, n))
  return inDouble('MatrixDeterminant', {}, inputs, 1, backend, sound)
}

/** MatrixInverse. */
export function nativeInverse(inputs: tf.TensorInfo[], _: object, backend: tf.KernelBackend): Result {
  const { batch, n } = squareShape(inputs[0]!.shape, 'inverse')
  const sound: Screen = ([inverse], [a]) =>
    every(sizeOf(batch), (m) => largest(a!, m, n * n) * largest(inverse!, m, n * n) < DOUBTFUL)
  return inDouble('MatrixInverse', { adjoint: false }, inputs, 1, backend, sound)
}

/** MatrixSolve, which does not broadcast. */
export function nativeSolve(
  inputs: tf.TensorInfo[],
  { transpose }: { transpose: boolean },
  backend: tf.KernelBackend,
): Result {
  const [a, b] = inputs
  const { batch, n, columns } = systemShape(a!.shape, b!.shape, 'solve')
  if (sizeOf(a!.shape) !== sizeOf(batch) * n * n || sizeOf(b!.shape) !== sizeOf(batch) * n * columns) return undefined
  const sound: Screen = ([x], [matrix, right]) =>
    every(sizeOf(batch), (m) => {
      const size = n * columns
      return largest(matrix!, m, n * n) * largest(x!, m, size) <= DOUBTFUL * largest(right!, m, size)
    })
  return inDouble('MatrixSolve', { adjoint: transpose }, inputs, 1, backend, sound)
}

/** MatrixTriangularSolve, which knows no unit diagonal. */
export function nativeTriangularSolve(
  inputs: tf.TensorInfo[],
  { lower, transpose, unitDiagonal }: Triangle,
  backend: tf.KernelBackend,
): Result {
  if (unitDiagonal) return undefined
  const finite: Screen = ([x]) => x!.every(Number.isFinite)
  return inDouble('MatrixTriangularSolve', { lower, adjoint: transpose }, inputs, 1, backend, finite)
}

/** Cholesky, which reads one triangle only. */
export function nativeCholesky(inputs: tf.TensorInfo[], _: object, backend: tf.KernelBackend): Result {
  const { batch, n } = squareShape(inputs[0]!.shape, 'cholesky')
  const sound: Screen = ([l], [a]) =>
    every(sizeOf(batch), (m) => {
      const at = (i: number, j: number): number => m * n * n + i * n + j
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < i; j++) if (a![at(i, j)] !== a![at(j, i)]) return false
        if (!(l![at(i, i)]! ** 2 * DOUBTFUL > a![at(i, i)]!)) return false
      }
      return true
    })
  return inDouble('Cholesky', {}, inputs, 1, backend, sound)
}

/** Lu, whose two triangles come in one matrix and whose permutation comes as indices. */
export function nativeLu(inputs: tf.TensorInfo[], _: object, backend: tf.KernelBackend): Result {
  const { shape } = inputs[0]!
  const { batch, n } = squareShape(shape, 'lu')
  const p = new Float32Array(sizeOf(shape))
  const l = new Float32Array(sizeOf(shape))
  const u = new Float32Array(sizeOf(shape))
  const unpack: Screen = ([both, rows], [a]) =>
    every(sizeOf(batch), (m) => {
      const at = m * n * n
      for (let i = 0; i < n; i++) {
        p[at + rows![m * n + i]! * n + i] = 1
        l[at + i * n + i] = 1
        for (let j = 0; j < n; j++) (j < i ? l : u)[at + i * n + j] = both![at + i * n + j]!
        if (!(Math.abs(both![at + i * n + i]!) * DOUBTFUL > largest(a!, m, n * n))) return false
      }
      return true
    })
  if (!inDouble('Lu', {}, inputs, 2, backend, unpack, false)) return undefined
  return [p, l, u].map((values) => ({ dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' }))
}
