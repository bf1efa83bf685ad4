import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { broadcastShapes, sameShape } from '../../../shape.js'
import { allocate, broadcastStrides, type DType, type NDArray, offsets } from '../array.js'
import { define, defineList } from '../kernel.js'

type Binary = (a: number, b: number) => number

const wider = (a: DType, b: DType): DType => {
  if (a === b) return a
  return a === 'float32' || b === 'float32' ? 'float32' : 'int32'
}

/** Applies a function to each pair of elements, broadcasting. */
export function combine(a: NDArray, b: NDArray, f: Binary, dtype: DType = wider(a.dtype, b.dtype)): NDArray {
  if (sameShape(a.shape, b.shape)) {
    const out = allocate(dtype, a.values.length)
    for (let k = 0; k < out.length; k++) out[k] = f(a.values[k]!, b.values[k]!)
    return { values: out, shape: a.shape, dtype }
  }
  const shape = broadcastShapes(a.shape, b.shape)
  const left = offsets(shape, broadcastStrides(a.shape, shape))
  const right = offsets(shape, broadcastStrides(b.shape, shape))
  const out = allocate(dtype, left.length)
  for (let k = 0; k < out.length; k++) out[k] = f(a.values[left[k]!]!, b.values[right[k]!]!)
  return { values: out, shape, dtype }
}

/** aᵇ as IEEE 754 has it: 1 to any power is 1, and so is (−1)^±∞, where JavaScript has NaN. */
export function pow(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1
  return a ** b
}

/** The remainder with the sign of the divisor. */
function mod(a: number, b: number): number {
  const rest = a % b
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest
}

const arithmetic: Readonly<Record<string, Binary>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  Maximum: Math.max,
  Minimum: Math.min,
  Mod: mod,
  Pow: pow,
  SquaredDifference: (a, b) => (a - b) ** 2,
}

export const prelu: Binary = (x, alpha) => (x < 0 ? alpha * x : x)

/** Functions of two numbers, broadcasting. */
export const binaryKernels: readonly tf.KernelConfig[] = [
  ...Object.entries(arithmetic).map(([name, f]) => define(name, ['a', 'b'], ({ a, b }) => combine(a, b, f))),
  define('RealDiv', ['a', 'b'], ({ a, b }) => combine(a, b, (x, y) => x / y, 'float32')),
  define('Atan2', ['a', 'b'], ({ a, b }) => combine(a, b, Math.atan2, 'float32')),
  define('FloorDiv', ['a', 'b'], ({ a, b }) => combine(a, b, (x, y) => Math.floor(x / y), 'int32')),
  define('Prelu', ['x', 'alpha'], ({ x, alpha }) => combine(x, alpha, prelu)),
  define('EluGrad', ['dy', 'y'], ({ dy, y }) => combine(dy, y, (d, v) => (v >= 0 ? d : d * (v + 1)))),
  defineList('AddN', (xs) => {
    if (xs.length === 0) throw new EbbflowError('argument', 'a sum of no tensors')
    return xs.reduce((a, b) => combine(a, b, (x, y) => x + y))
  }),
]
