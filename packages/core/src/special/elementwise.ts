import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { unbroadcast } from '../gradients/rule.js'
import { type KernelInput, runKernel } from '../kernels/index.js'
import { broadcastShapes, type Shape, sizeOf } from '../shape.js'

/** A function of one to three numbers, with its partial derivatives as functions of tensors. */
export interface Elementwise {
  /** Unique kernel name, `Ebbflow…`. */
  readonly name: string
  readonly f: (...x: number[]) => number
  /** ∂f/∂xᵢ, one for each argument. */
  readonly derivatives: readonly ((...x: tf.Tensor[]) => tf.Tensor)[]
}

/** The values of a tensor broadcast to a shape, in row-major order. */
function spread({ values, shape }: KernelInput, to: Shape): ArrayLike<number> {
  const size = sizeOf(to)
  if (values.length === size) return values
  if (values.length === 1) return new Float64Array(size).fill(values[0]!)
  const extra = to.length - shape.length
  const strides = to.map(() => 0)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1) strides[axis + extra] = stride
    stride *= shape[axis]!
  }
  const out = new Float64Array(size)
  const index = to.map(() => 0)
  let at = 0
  for (let i = 0; i < size; i++) {
    out[i] = values[at]!
    for (let axis = to.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      index[axis]! += 1
      if (index[axis]! < to[axis]!) break
      at -= strides[axis]! * to[axis]!
      index[axis] = 0
    }
  }
  return out
}

/**
 * Applies a function of numbers to each element of tensors that broadcast, in double precision on every backend; differentiable as
 * often as its derivatives are.
 */
export function elementwise({ name, f, derivatives }: Elementwise, ...inputs: tf.Tensor[]): tf.Tensor {
  return runKernel(
    {
      name,
      compute(given) {
        const shape = given.map((input) => input.shape).reduce(broadcastShapes)
        const [a, b, c] = given.map((input) => spread(input, shape))
        const values = new Float64Array(sizeOf(shape))
        if (c) for (let i = 0; i < values.length; i++) values[i] = f(a![i]!, b![i]!, c[i]!)
        else if (b) for (let i = 0; i < values.length; i++) values[i] = f(a![i]!, b[i]!)
        else for (let i = 0; i < values.length; i++) values[i] = f(a![i]!)
        return { values, shape }
      },
      gradient: ({ dys: [dy], inputs: saved }) =>
        saved.map((x, i) => () => unbroadcast(tf.mul(dy!, derivatives[i]!(...saved)), x.shape)),
    },
    inputs,
  )
}

/** A derivative that does not exist here: throws. */
export const refuse = (what: string) => (): never => {
  throw new EbbflowError('gradient', `${what} has no derivative here`, {
    expected: 'derivatives of first order in the shape parameters',
  })
}

/** A tensor of x's shape filled with a value. */
export const filled = (x: tf.Tensor, value: number): tf.Tensor => tf.fill(x.shape, value)
