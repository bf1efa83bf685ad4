import * as tf from '@tensorflow/tfjs-core'
import { constant, type TensorLike, tensor } from '../tensor.js'
import type { Initialiser } from './slot.js'

/** Zeros. */
export const zeros: Initialiser = (shape) => constant(0, shape)

/** Ones. */
export const ones: Initialiser = (shape) => constant(1, shape)

/** The given values, broadcast to the shape. */
export const filled =
  (values: TensorLike): Initialiser =>
  (shape) =>
    tf.add(tf.zeros([...shape]), tensor(values))

/** Normal draws of standard deviation `sd` around zero. */
export const normal =
  (sd: number): Initialiser =>
  (shape, rng) =>
    tf.mul(rng.normal(shape), constant(sd))

/** He et al. (2015), for ReLU layers: normal draws of variance 2 / fan-in, with fan-in all axes but the last. */
export const heNormal: Initialiser = (shape, rng) => {
  const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  return tf.mul(rng.normal(shape), constant(Math.sqrt(2 / Math.max(1, fanIn))))
}

/** Glorot & Bengio (2010): uniform draws on ±√(6 / (fan-in + fan-out)). */
export const glorotUniform: Initialiser = (shape, rng) => {
  const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1)
  const limit = Math.sqrt(6 / Math.max(1, fanIn + (shape.at(-1) ?? 1)))
  return tf.mul(tf.sub(rng.uniform(shape), 0.5), constant(2 * limit))
}
