import type * as tf from '@tensorflow/tfjs-core'
import { type Kernel, type Mend, runKernelOf } from '../mend.js'
import type { BackendWasm } from './heap.js'

/** Functions with real values: the compiled code takes floats and writes floats, whatever it is told. */
const REAL = [
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

/** Arithmetic: the compiled code takes floats and integers; masks count as integers. */
const COUNTING = [
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

/** Moves: the compiled code moves four bytes an element, so masks travel as integers. */
const MOVING = ['Reverse', 'Select', 'StridedSlice', 'TensorScatterUpdate']

/** Inputs that are masks or indices by their nature. */
const FIXED = new Set(['condition', 'indices'])

/** A kernel whose inputs of the dtypes in `from` enter as `to`; the result is cast back to a mask where `back` says so. */
function entering(
  original: Kernel<BackendWasm>,
  from: readonly tf.DataType[],
  to: tf.DataType,
  back: boolean,
): Kernel<BackendWasm> {
  return (call) => {
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

/** Kernels that read or write elements of the wrong size when a dtype is not the one they were compiled for. */
export const dtypeMends: readonly Mend<BackendWasm>[] = [
  ...REAL.map((kernel) => ({
    kernel,
    mend: (original: Kernel<BackendWasm>) => entering(original, ['int32', 'bool'], 'float32', false),
  })),
  ...COUNTING.map((kernel) => ({
    kernel,
    mend: (original: Kernel<BackendWasm>) => entering(original, ['bool'], 'int32', false),
  })),
  ...MOVING.map((kernel) => ({
    kernel,
    mend: (original: Kernel<BackendWasm>) => entering(original, ['bool'], 'int32', true),
  })),
]
