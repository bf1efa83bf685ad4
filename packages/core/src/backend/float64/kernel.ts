import type * as tf from '@tensorflow/tfjs-core'
import { FLOAT64 } from '../../tensor.js'
import type { NDArray } from './array.js'
import type { Float64Backend } from './backend.js'

type Outputs = NDArray | NDArray[]

/** A kernel as the engine wants it: reads the inputs, computes, hands the results over. */
function config<A extends object>(
  kernelName: string,
  compute: (read: (info: tf.TensorInfo) => NDArray, inputs: tf.NamedTensorInfoMap, attrs: A) => Outputs,
): tf.KernelConfig {
  return {
    kernelName,
    backendName: FLOAT64,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const store = backend as Float64Backend
      const read = new Map<NDArray['values'], tf.DataId>()
      const outputs = compute(
        (info) => {
          const array = store.array(info)
          if (store.owns(info.dataId)) read.set(array.values, info.dataId)
          return array
        },
        inputs,
        (attrs ?? {}) as unknown as A,
      )
      const handOver = ({ values, shape, dtype }: NDArray): tf.TensorInfo => {
        // results that are an input under another shape share its data, as on other backends
        const shared = read.get(values)
        if (shared) store.incRef(shared)
        return { dataId: shared ?? store.adopt(values, dtype), shape: [...shape], dtype }
      }
      return Array.isArray(outputs) ? outputs.map(handOver) : handOver(outputs)
    },
  }
}

/** A kernel with named inputs, some of which may be left out. */
export function define<N extends string, A extends object, O extends string = never>(
  kernelName: string,
  names: readonly N[],
  compute: (inputs: Record<N, NDArray> & Partial<Record<O, NDArray>>, attrs: A) => Outputs,
  optional: readonly O[] = [],
): tf.KernelConfig {
  return config<A>(kernelName, (read, inputs, attrs) => {
    const arrays: Record<string, NDArray> = {}
    for (const name of [...names, ...optional]) if (inputs[name]) arrays[name] = read(inputs[name])
    return compute(arrays as Record<N, NDArray> & Partial<Record<O, NDArray>>, attrs)
  })
}

/** A kernel whose inputs are a list. */
export function defineList<A extends object>(
  kernelName: string,
  compute: (inputs: NDArray[], attrs: A) => Outputs,
): tf.KernelConfig {
  return config<A>(kernelName, (read, inputs, attrs) =>
    compute(
      Object.values(inputs as Record<string, tf.TensorInfo>).map((info) => read(info)),
      attrs,
    ),
  )
}
