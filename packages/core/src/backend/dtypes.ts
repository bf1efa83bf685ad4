import type * as tf from '@tensorflow/tfjs-core'
import { type Kernel, type KernelCall, type Mend, runKernelOf } from './mend.js'

/** Inputs that are masks or indices by their nature. */
const FIXED = new Set(['condition', 'indices'])

/** A kernel whose inputs of the dtypes in `from` enter as `to`; the result is cast back to a mask where `back` says so. */
function entering<B extends tf.KernelBackend>(
  original: Kernel<B>,
  from: readonly tf.DataType[],
  to: tf.DataType,
  back: boolean,
): Kernel<B> {
  return (call: KernelCall<B>) => {
    const { inputs, backend } = call
    const foreign = (name: string): boolean => from.includes(inputs[name]!.dtype) && !FIXED.has(name)
    const names = Object.keys(inputs).filter((name) => inputs[name] && foreign(name))
    if (names.length === 0) return original(call)
    // some kernels take a list
    const given = (Array.isArray(inputs) ? [...inputs] : { ...inputs }) as typeof inputs
    const made: tf.TensorInfo[] = []
    const cast = (x: tf.TensorInfo, dtype: tf.DataType): tf.TensorInfo => runKernelOf(backend, 'Cast', { x }, { dtype })
    try {
      for (const name of names) {
        const x = cast(inputs[name]!, to)
        made.push(x)
        given[name] = x
      }
      const out = original({ ...call, inputs: given }) as tf.TensorInfo
      if (!back) return out
      made.push(out)
      return cast(out, 'bool')
    } finally {
      for (const x of made) backend.disposeData(x.dataId)
    }
  }
}

/** Mends of kernels that take only some dtypes: inputs of the dtypes in `from` enter as `to`, and the result comes back as a mask or stays. */
export const enteringAs = <B extends tf.KernelBackend>(
  kernels: readonly string[],
  from: readonly tf.DataType[],
  to: tf.DataType,
  back = false,
): Mend<B>[] => kernels.map((kernel) => ({ kernel, mend: (original) => entering(original, from, to, back) }))

/** Functions with real values. */
export const REAL = [
  'Acos',
  'Acosh',
  'Asin',
  'Asinh',
  'Atan',
  'Atan2',
  'Atanh',
  'Cosh',
  'Elu',
  'Erf',
  'Exp',
  'Expm1',
  'LeakyRelu',
  'Log',
  'RealDiv',
  'Reciprocal',
  'Rsqrt',
  'Sigmoid',
  'Sinh',
  'Softmax',
  'Softplus',
  'Sqrt',
  'Tan',
  'Tanh',
]

/** Arithmetic, in which masks count as integers. */
export const COUNTING = [
  'Abs',
  'Add',
  'AddN',
  'Ceil',
  'Cumprod',
  'Cumsum',
  'Floor',
  'Multiply',
  'Neg',
  'Pow',
  'Prod',
  'Relu',
  'Relu6',
  'Round',
  'ScatterNd',
  'Sign',
  'Square',
  'SquaredDifference',
  'Step',
  'Sub',
  'Sum',
]
