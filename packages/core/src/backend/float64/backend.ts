import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../errors.js'
import type { Shape } from '../../shape.js'
import { type DType, type NDArray, supportedDType, type Values } from './array.js'
import { refuseRounded } from './guard.js'

interface Stored {
  readonly values: Values
  readonly dtype: DType
  refCount: number
}

/** What another array of numbers becomes on this backend: always a copy. */
function widened(values: ArrayLike<number>, dtype: DType): Values {
  if (dtype === 'float32') return Float64Array.from(values)
  return dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values)
}

/**
 * Double precision on the tfjs engine, for verification: dtype float32 is kept in Float64Arrays.
 *
 * It owns what it made. Data of other backends it reads anew each time, and never takes over: a parameter that lives on WASM is still
 * there, bit for bit, after a computation here.
 */
export class Float64Backend extends tf.KernelBackend {
  readonly #owned = new WeakMap<object, Stored>()
  #count = 0

  /** Takes a result of a kernel as it is, without a copy. */
  adopt(values: Values, dtype: DType): tf.DataId {
    const dataId = {}
    this.#owned.set(dataId, { values, dtype, refCount: 1 })
    this.#count++
    return dataId
  }

  /** The values of a tensor of any backend; not to be changed. */
  array({ dataId, shape }: { dataId: tf.DataId; shape: Shape }): NDArray {
    const own = this.#owned.get(dataId)
    if (own) return { values: own.values, dtype: own.dtype, shape }
    const { backend, dtype } = this.#foreign(dataId)
    const kept = supportedDType(dtype)
    return { values: widened(backend.readSync(dataId) as Float32Array, kept), dtype: kept, shape }
  }

  /** Whether this backend made the data. */
  owns(dataId: tf.DataId): boolean {
    return this.#owned.has(dataId)
  }

  /** @throws EbbflowError `argument` for one number that was rounded to single precision on its way in. */
  override write(values: tf.BackendValues | null, shape: number[], dtype: tf.DataType): tf.DataId {
    refuseRounded(values)
    const kept = supportedDType(dtype)
    return this.adopt(
      widened((values as Float32Array | null) ?? new Float32Array(tf.util.sizeFromShape(shape)), kept),
      kept,
    )
  }

  override move(
    dataId: tf.DataId,
    values: tf.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const kept = supportedDType(dtype)
    this.#owned.set(dataId, { values: widened(values as Float32Array, kept), dtype: kept, refCount })
    this.#count++
  }

  override readSync(dataId: tf.DataId): tf.BackendValues {
    // a copy, since what dataSync() returns is the caller's to write to; doubles pass under the type of floats
    return this.array({ dataId, shape: [] }).values.slice() as unknown as tf.BackendValues
  }

  override async read(dataId: tf.DataId): Promise<tf.BackendValues> {
    return this.readSync(dataId)
  }

  override refCount(dataId: tf.DataId): number {
    return this.#owned.get(dataId)?.refCount ?? 0
  }

  override incRef(dataId: tf.DataId): void {
    const own = this.#owned.get(dataId)
    if (own) own.refCount++
    else this.#foreign(dataId).backend.incRef(dataId)
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const own = this.#owned.get(dataId)
    if (!own) return true
    own.refCount--
    if (!force && own.refCount > 0) return false
    this.#owned.delete(dataId)
    this.#count--
    return true
  }

  override numDataIds(): number {
    return this.#count
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false }
  }

  override async time(body: () => void): Promise<tf.BackendTimingInfo> {
    const start = tf.util.now()
    body()
    return { kernelMs: tf.util.now() - start }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return Number.EPSILON
  }

  override dispose(): void {}

  #foreign(dataId: tf.DataId): { backend: tf.KernelBackend; dtype: tf.DataType } {
    const info = tf.engine().state.tensorInfo.get(dataId)
    if (!info || info.backend === this) throw new EbbflowError('argument', 'the tensor has been disposed of')
    return info
  }
}
