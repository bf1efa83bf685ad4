import * as tf from '@tensorflow/tfjs-core'

/** The parts of tfjs's engine that a recording wraps. */
export interface EngineParts {
  runKernel(name: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[]
  readSync(dataId: tf.DataId): tf.BackendValues
  read(dataId: tf.DataId): Promise<tf.BackendValues>
  makeTensor(...args: unknown[]): tf.Tensor
  makeTensorFromDataId(
    dataId: tf.DataId,
    shape: readonly number[],
    dtype: tf.DataType,
    backend: tf.KernelBackend,
  ): tf.Tensor
  makeTensorFromTensorInfo(info: tf.TensorInfo, backend: tf.KernelBackend): tf.Tensor
  nextTensorId(): number
  registeredVariables: Record<string, tf.Variable>
  state: { numBytes: number; kernelDepth: number; tensorInfo: WeakMap<object, { backend: tf.KernelBackend }> }
  isTapeOn(): boolean
  getTensorsForGradient(kernel: string, inputs: tf.NamedTensorMap, outputs: tf.Tensor[]): tf.Tensor[]
  saveTensorsForBackwardMode(tensors: tf.Tensor[]): tf.Tensor[]
  addTapeNode(
    kernel: string,
    inputs: tf.NamedTensorMap,
    outputs: tf.Tensor[],
    gradient: null,
    saved: tf.Tensor[],
    attrs: tf.NamedAttrMap | undefined,
  ): void
}

export const engineParts = (): EngineParts => tf.engine() as unknown as EngineParts

/** The values of data where they are, whichever backend holds them. */
export function valuesOf(dataId: tf.DataId): tf.BackendValues {
  const { backend } = engineParts().state.tensorInfo.get(dataId)!
  return backend.readSync(dataId) as tf.BackendValues
}

/** The same numbers as data of their own. */
export const copyOf = (x: tf.Tensor): tf.Tensor =>
  tf.tensor((valuesOf(x.dataId) as Float32Array).slice(), x.shape, x.dtype)

/**
 * Gives variables data of their own where others hold the same, as copies of a module or clones of a parameter do until the next
 * assignment: data tell a recording which variable is read.
 */
export function partVariables(): void {
  const engine = engineParts()
  for (const variable of Object.values(engine.registeredVariables)) {
    const { dataId, shape, dtype } = variable
    const backend = engine.state.tensorInfo.get(dataId)?.backend
    if (!backend || backend.refCount(dataId) < 2) continue
    // where the data are, whichever backend that is
    const fresh = backend.write((backend.readSync(dataId) as Float32Array).slice(), shape, dtype)
    const copy = engine.makeTensorFromDataId(fresh as tf.DataId, shape, dtype, backend)
    variable.assign(copy)
    copy.dispose()
  }
}
