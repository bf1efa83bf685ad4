import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../../shape.js'
import { b, f, type InputSpec, i, type KernelCase, kernel } from '../case.js'

const EMPTY: readonly Shape[] = [[2, 0]]
const NONE: readonly number[] = []

const unary = (
  name: string,
  run: (x: tf.Tensor) => tf.Tensor,
  low = -2,
  high = 2,
  more: Partial<KernelCase> = {},
): KernelCase => ({ kernel: name, name, inputs: [f([4, 5], low, high)], run, empty: EMPTY, ...more })

const unaryInt = (name: string, run: (x: tf.Tensor) => tf.Tensor): KernelCase => ({
  kernel: name,
  name: `${name} int32`,
  inputs: [i([3, 4])],
  run,
  wrt: NONE,
  empty: EMPTY,
})

/** Functions of one number. */
export const unaryCases: readonly KernelCase[] = [
  unary('Abs', tf.abs),
  unary('Acos', tf.acos, -0.9, 0.9),
  unary('Acosh', tf.acosh, 1.1, 3),
  unary('Asin', tf.asin, -0.9, 0.9),
  unary('Asinh', tf.asinh),
  unary('Atan', tf.atan),
  unary('Atanh', tf.atanh, -0.9, 0.9),
  unary('Ceil', tf.ceil),
  unary('ClipByValue', (x) => tf.clipByValue(x, -1, 1.5)),
  unary('Cos', tf.cos),
  unary('Cosh', tf.cosh),
  unary('Elu', tf.elu),
  unary('Erf', tf.erf),
  unary('Exp', tf.exp),
  unary('Expm1', tf.expm1),
  unary('Floor', tf.floor),
  unary('IsFinite', tf.isFinite, -2, 2, { wrt: NONE }),
  unary('IsInf', tf.isInf, -2, 2, { wrt: NONE }),
  unary('IsNan', tf.isNaN, -2, 2, { wrt: NONE }),
  unary('LeakyRelu', (x) => tf.leakyRelu(x, 0.25)),
  unary('Log', tf.log, 0.1, 3),
  unary('Log1p', tf.log1p, -0.5, 3),
  unary('Neg', tf.neg),
  unary('Reciprocal', tf.reciprocal, 0.3, 3),
  unary('Relu', tf.relu),
  unary('Relu6', tf.relu6, -3, 9),
  unary('Round', tf.round),
  unary('Rsqrt', tf.rsqrt, 0.2, 3),
  unary('Selu', tf.selu),
  unary('Sigmoid', tf.sigmoid),
  unary('Sign', tf.sign),
  unary('Sin', tf.sin),
  unary('Sinh', tf.sinh),
  unary('Softplus', tf.softplus),
  unary('Sqrt', tf.sqrt, 0.2, 3),
  unary('Square', tf.square),
  unary('Step', (x) => tf.step(x, 0.25)),
  unary('Tan', tf.tan, -1.2, 1.2),
  unary('Tanh', tf.tanh),
  { kernel: 'LogicalNot', name: 'LogicalNot', inputs: [b([3, 4])], run: tf.logicalNot, wrt: NONE, empty: EMPTY },
  unaryInt('Abs', tf.abs),
  unaryInt('ClipByValue', (x) => tf.clipByValue(x, -2, 3)),
  unaryInt('Neg', tf.neg),
  unaryInt('Relu', tf.relu),
  unaryInt('Sign', tf.sign),
  unaryInt('Square', tf.square),
  unaryInt('Exp', (x) => tf.exp(x)),
]

const SHAPES: readonly (readonly [string, Shape, Shape])[] = [
  ['', [3, 4], [3, 4]],
  ['scalar', [3, 4], []],
  ['row', [3, 4], [4]],
  ['both', [3, 1, 2], [1, 4, 2]],
  ['of seven axes', [2, 1, 1, 2, 1, 2, 2], [1, 1, 3, 2, 1, 1, 2]],
]

function binary(
  name: string,
  run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  left: (shape: Shape) => InputSpec = (shape) => f(shape),
  right = left,
  more: Partial<KernelCase> = {},
): KernelCase[] {
  return SHAPES.map(([what, a, z]) => ({
    kernel: name,
    name: `${name} ${what}`.trim(),
    inputs: [left(a), right(z)],
    run,
    empty: [[2, 0], what === 'scalar' ? [] : [1, 1]],
    ...more,
  }))
}

const binaryInt = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, low = -5): KernelCase => ({
  kernel: name,
  name: `${name} int32`,
  inputs: [i([3, 4]), i([4], low, 6)],
  run,
  wrt: NONE,
  empty: [[0, 4], [4]],
})

const mask = { wrt: NONE }
const positive = (shape: Shape): InputSpec => f(shape, 0.3, 2.5)
const floats = (shape: Shape): InputSpec => f(shape)

/** Functions of two numbers, broadcasting. */
export const binaryCases: readonly KernelCase[] = [
  ...binary('Add', tf.add),
  ...binary('Sub', tf.sub),
  ...binary('Multiply', tf.mul),
  ...binary('RealDiv', tf.div, floats, positive),
  ...binary('Pow', tf.pow, positive, floats),
  ...binary('Maximum', tf.maximum),
  ...binary('Minimum', tf.minimum),
  ...binary('SquaredDifference', tf.squaredDifference),
  ...binary('Atan2', tf.atan2),
  // TensorFlow has no such kernel and computes it as relu(x) − α relu(−x), where ∞ · 0 is NaN
  ...binary('Prelu', tf.prelu, floats, floats, { special: false }),
  ...binary('Mod', tf.mod, floats, positive, { special: false }),
  { kernel: 'Pow', name: 'Pow square', inputs: [f([3, 4])], run: (x) => tf.pow(x, 2), empty: EMPTY },
  {
    kernel: 'EluGrad',
    name: 'EluGrad',
    inputs: [f([3, 4]), f([3, 4], -0.9, 2)],
    run: (dy, y) => kernel('EluGrad', { dy: dy!, y: y! }),
    empty: [
      [2, 0],
      [2, 0],
    ],
  },
  {
    kernel: 'AddN',
    name: 'AddN',
    inputs: [f([3, 4]), f([3, 4]), f([3, 4])],
    run: (...xs) => tf.addN(xs),
    empty: [
      [2, 0],
      [2, 0],
      [2, 0],
    ],
  },
  ...['Add', 'Sub', 'Multiply', 'Maximum', 'Minimum', 'SquaredDifference'].map((name) =>
    binaryInt(
      name,
      {
        Add: tf.add,
        Sub: tf.sub,
        Multiply: tf.mul,
        Maximum: tf.maximum,
        Minimum: tf.minimum,
        SquaredDifference: tf.squaredDifference,
      }[name]!,
    ),
  ),
  binaryInt('Mod', tf.mod, 1),
  binaryInt('FloorDiv', tf.floorDiv, 1),
]

const compare = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): KernelCase[] => [
  ...binary(name, run, floats, floats, mask),
  binaryInt(name, run),
]

const logical = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): KernelCase[] =>
  binary(name, run, b, b, mask)

/** Comparisons, logic and choice. */
export const logicalCases: readonly KernelCase[] = [
  ...compare('Equal', tf.equal),
  ...compare('NotEqual', tf.notEqual),
  ...compare('Greater', tf.greater),
  ...compare('GreaterEqual', tf.greaterEqual),
  ...compare('Less', tf.less),
  ...compare('LessEqual', tf.lessEqual),
  ...logical('LogicalAnd', tf.logicalAnd),
  ...logical('LogicalOr', tf.logicalOr),
  {
    kernel: 'Select',
    name: 'Select',
    inputs: [b([3, 4]), f([3, 4]), f([3, 4])],
    run: (c, t, e) => tf.where(c!, t!, e!),
    empty: [
      [2, 0],
      [2, 0],
      [2, 0],
    ],
  },
  {
    kernel: 'Select',
    name: 'Select broadcast',
    inputs: [b([3, 1]), f([3, 4]), f([])],
    run: (c, t, e) => tf.where(c!, t!, e!),
  },
  {
    kernel: 'Select',
    name: 'Select int32',
    inputs: [b([3, 4]), i([3, 4]), i([3, 4])],
    run: (c, t, e) => tf.where(c!, t!, e!),
    wrt: NONE,
  },
  {
    kernel: 'Select',
    name: 'Select bool',
    inputs: [b([3, 4]), b([3, 4]), b([3, 4])],
    run: (c, t, e) => tf.where(c!, t!, e!),
    wrt: NONE,
  },
]
