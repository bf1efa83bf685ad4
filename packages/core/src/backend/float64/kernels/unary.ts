import * as tf from '@tensorflow/tfjs-core'
import { allocate, type DType, type NDArray } from '../array.js'
import { define } from '../kernel.js'
import { erf } from './erf.js'

const { SELU_SCALE, SELU_SCALEALPHA } = tf.backend_util

/** Applies a function to each element. */
export function map(x: NDArray, f: (x: number) => number, dtype: DType = x.dtype): NDArray {
  const out = allocate(dtype, x.values.length)
  for (let k = 0; k < out.length; k++) out[k] = f(x.values[k]!)
  return { values: out, shape: x.shape, dtype }
}

/** Half to even. */
function round(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}

/** 1 / (1 + e^{−x}), precise on both sides. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** log(1 + eˣ), precise on both sides. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

export const elu = (x: number): number => (x >= 0 ? x : Math.expm1(x))
export const relu = (x: number): number => Math.max(0, x)
export const relu6 = (x: number): number => Math.min(Math.max(0, x), 6)

// functions that map whole numbers to whole numbers keep the dtype; the others give floats
const keeping: Readonly<Record<string, (x: number) => number>> = {
  Abs: Math.abs,
  Ceil: Math.ceil,
  Floor: Math.floor,
  Neg: (x) => -x,
  Relu: relu,
  Relu6: relu6,
  Round: round,
  Sign: Math.sign,
  Square: (x) => x * x,
}

const floating: Readonly<Record<string, (x: number) => number>> = {
  Acos: Math.acos,
  Acosh: Math.acosh,
  Asin: Math.asin,
  Asinh: Math.asinh,
  Atan: Math.atan,
  Atanh: Math.atanh,
  Cos: Math.cos,
  Cosh: Math.cosh,
  Elu: elu,
  Erf: erf,
  Exp: Math.exp,
  Expm1: Math.expm1,
  Log: Math.log,
  Log1p: Math.log1p,
  Reciprocal: (x) => 1 / x,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Selu: (x) => (x >= 0 ? SELU_SCALE * x : SELU_SCALEALPHA * Math.expm1(x)),
  Sigmoid: sigmoid,
  Sin: Math.sin,
  Sinh: Math.sinh,
  Softplus: softplus,
  Sqrt: Math.sqrt,
  Tan: Math.tan,
  Tanh: Math.tanh,
}

const testing: Readonly<Record<string, (x: number) => boolean>> = {
  IsFinite: Number.isFinite,
  IsInf: (x) => Math.abs(x) === Number.POSITIVE_INFINITY,
  IsNan: Number.isNaN,
  LogicalNot: (x) => x === 0,
}

/** Functions of one number. */
export const unaryKernels: readonly tf.KernelConfig[] = [
  ...Object.entries(keeping).map(([name, f]) => define(name, ['x'], ({ x }) => map(x, f))),
  ...Object.entries(floating).map(([name, f]) => define(name, ['x'], ({ x }) => map(x, f, 'float32'))),
  ...Object.entries(testing).map(([name, f]) => define(name, ['x'], ({ x }) => map(x, (v) => Number(f(v)), 'bool'))),
  define('ClipByValue', ['x'], ({ x }, { clipValueMin: low, clipValueMax: high }: tf.ClipByValueAttrs) =>
    map(x, (v) => Math.min(Math.max(v, low), high)),
  ),
  define('LeakyRelu', ['x'], ({ x }, { alpha }: tf.LeakyReluAttrs) =>
    map(x, (v) => (v < 0 ? alpha * v : v), 'float32'),
  ),
  define('Step', ['x'], ({ x }, { alpha }: tf.StepAttrs) => map(x, (v) => (v > 0 ? 1 : Number.isNaN(v) ? v : alpha))),
]
