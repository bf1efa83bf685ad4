import * as tf from '@tensorflow/tfjs-core'
import { type Shape, sameShape } from '../shape.js'
import { markFlat } from './install.js'

/** Attributes of a kernel, read by name. */
export type Attributes = Record<string, unknown>

type Gradient = Record<string, () => tf.Tensor>

/**
 * A rule: the kernel's name, the inputs it needs, and the gradient of each. Outputs are never saved: a saved output is cut off from
 * its inputs in the engine's own tape, so that derivatives of the rule would be wrong.
 */
export function rule<Attrs = Attributes>(
  kernelName: string,
  inputsToSave: string[],
  gradient: (dy: tf.Tensor, saved: tf.Tensor[], attrs: Attrs) => Gradient,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave,
    gradFunc: (dy, saved, attrs) => gradient(dy as tf.Tensor, saved, attrs as Attrs),
  }
}

/** The rule of an elementwise kernel of one input x. */
export const unary = <Attrs = Attributes>(
  kernelName: string,
  dx: (dy: tf.Tensor, x: tf.Tensor, attrs: Attrs) => tf.Tensor,
): tf.GradConfig => rule<Attrs>(kernelName, ['x'], (dy, [x], attrs) => ({ x: () => dx(dy, x!, attrs) }))

/** The rule of a kernel linear in one input, which it does not need to see. */
export const linear = <Attrs = Attributes>(
  kernelName: string,
  dx: (dy: tf.Tensor, attrs: Attrs) => tf.Tensor,
  input = 'x',
): tf.GradConfig => rule<Attrs>(kernelName, [], (dy, _, attrs) => ({ [input]: () => dx(dy, attrs) }))

/** The rule of an elementwise kernel of two inputs a and b that broadcast. */
export const binary = (
  kernelName: string,
  da: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  db: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.GradConfig =>
  rule(kernelName, ['a', 'b'], (dy, [a, b]) => ({
    a: () => own(unbroadcast(da(dy, a!, b!), a!.shape), dy),
    b: () => own(unbroadcast(db(dy, a!, b!), b!.shape), dy),
  }))

/** The rule of a kernel whose output has the shape of its only input and derivative zero. */
export const flat = (kernelName: string, input = 'x'): tf.GradConfig =>
  markFlat(linear(kernelName, (dy) => zeros(dy.shape), input))

/** The rule of a kernel with derivative zero and inputs of other shapes than its output. */
export const flatIn = (kernelName: string, ...inputs: string[]): tf.GradConfig =>
  markFlat(
    rule(kernelName, inputs, (_, saved) =>
      Object.fromEntries(inputs.map((name, i) => [name, () => zeros(saved[i]!.shape)])),
    ),
  )

/** A handle of its own on the same data; tf.clone copies the data on WASM. */
export const view = (x: tf.Tensor): tf.Tensor => tf.reshape(x, x.shape)

/** A gradient that is `dy` itself gets a handle of its own: who adds to a gradient disposes of it. */
export const own = (gradient: tf.Tensor, dy: tf.Tensor): tf.Tensor => (gradient === dy ? view(dy) : gradient)

export const zeros = (shape: Shape): tf.Tensor => tf.fill([...shape], 0)

/** Sums over the axes along which a tensor of shape `shape` was broadcast. */
export function unbroadcast(dy: tf.Tensor, shape: Shape): tf.Tensor {
  if (sameShape(dy.shape, shape)) return dy
  const extra = dy.rank - shape.length
  const axes = dy.shape.flatMap((n, i) => (i < extra || (shape[i - extra] === 1 && n !== 1) ? [i] : []))
  const summed = axes.length > 0 ? tf.sum(dy, axes) : dy
  return sameShape(summed.shape, shape) ? summed : tf.reshape(summed, [...shape])
}

/** Broadcasts to `shape`; the sum with zeros is many times faster on WASM than the tile that tf.broadcastTo makes. */
export const expand = (x: tf.Tensor, shape: Shape): tf.Tensor =>
  sameShape(x.shape, shape) ? x : tf.add(zeros(shape), x)

/** t where the condition holds, else e, all of one shape; tf.where makes three copies more. */
export const select = (condition: tf.Tensor, t: tf.Tensor, e: tf.Tensor): tf.Tensor =>
  run('Select', { condition, t, e })

/** dy where the condition, of the same shape, holds, else zero, without a product that would turn ∞ into NaN. */
export const keepWhere = (condition: tf.Tensor, dy: tf.Tensor): tf.Tensor => select(condition, dy, zeros(dy.shape))

/** Runs a kernel that has no function of its own in tfjs, or whose function adds to it. */
export const run = (kernelName: string, inputs: Record<string, tf.Tensor>, attrs: Attributes = {}): tf.Tensor =>
  tf.engine().runKernel(kernelName, inputs, attrs as tf.NamedAttrMap) as tf.Tensor

/** An axis counted from the front. */
export const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis)

/** What a reduction's axis attribute means, and the shape of its result with the reduced axes kept as ones. */
export function reduction(shape: Shape, axis: unknown): { axes: number[]; kept: number[] } {
  const axes = tf.util.parseAxisParam((axis ?? undefined) as number | number[], [...shape])
  return { axes, kept: shape.map((n, i) => (axes.includes(i) ? 1 : n)) }
}

/** Reshapes, or returns the tensor itself when it has that shape. */
export const reshaped = (x: tf.Tensor, shape: Shape): tf.Tensor =>
  sameShape(x.shape, shape) ? x : tf.reshape(x, [...shape])
