import * as tf from '@tensorflow/tfjs-core'

/** The parts of tfjs's engine that a recording wraps. */
export interface EngineParts {
  runKernel(name: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[]
  readSync(dataId: tf.DataId): tf.BackendValues
  read(dataId: tf.DataId): Promise<tf.BackendValues>
  makeTensor(...args: unknown[]): tf.Tensor
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
