import type * as tf from '@tensorflow/tfjs-core'

/** An attribute of a TensorFlow op, as tfjs-node's kernels give it. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: string | number | boolean | readonly number[] | readonly boolean[]
}

/** Numbers by which TensorFlow's C interface names dtypes, and the types of attributes. */
export interface Binding {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_INT64: number
  readonly TF_BOOL: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_SHAPE: number
}

/** What we use of tfjs-node's backend. */
export interface NativeEngine extends tf.KernelBackend {
  readonly binding: Binding
  readonly tensorMap: { get(dataId: object): { readonly shape: readonly number[]; readonly dtype: number } }
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], count: number): tf.Tensor[]
  readSync(dataId: object): tf.BackendValues
  loadSavedModelMetaGraph(folder: string, tags: string): number
  runSavedModel(
    id: number,
    inputs: readonly tf.TensorInfo[],
    names: readonly { readonly name: string }[],
    outputs: readonly string[],
  ): tf.Tensor[]
  deleteSavedModel(id: number): void
}
