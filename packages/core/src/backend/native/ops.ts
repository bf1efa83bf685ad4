import type * as tf from '@tensorflow/tfjs-core'

/** An attribute of a TensorFlow op. */
export interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: number | boolean
}

/** What we use of tfjs-node's backend. */
export interface NativeBackend extends tf.KernelBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number
    readonly TF_ATTR_BOOL: number
    readonly TF_FLOAT: number
    readonly TF_INT32: number
    readonly TF_BOOL: number
  }
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.TensorInfo
}

/** An attribute that names a dtype. */
export function dtypeAttribute({ binding }: NativeBackend, name: string, dtype: tf.DataType): OpAttribute {
  const types: Partial<Record<tf.DataType, number>> = {
    float32: binding.TF_FLOAT,
    int32: binding.TF_INT32,
    bool: binding.TF_BOOL,
  }
  const value = types[dtype]
  if (value === undefined) throw new Error(`no dtype ${dtype} here`)
  return { name, type: binding.TF_ATTR_TYPE, value }
}
