import { constant, diag, diagPart, lu, qr, type Rng, type Shape, softplus, triangularSolve } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { inverseOrder, reorder } from './reorder.js'
import { strict, triangular } from './triangles.js'

/** How a diagonal is kept positive. */
export type Positive = 'exp' | 'softplus'

/** W = P L U with a unit lower L, an upper U of positive diagonal, and a fixed order P of its rows. */
export interface Factors {
  lower: tf.Tensor
  upper: tf.Tensor
  /** ln|det W|, a scalar. */
  logDet: tf.Tensor
}

/** The factors that a matrix `[n, n]` holds: L strictly below its diagonal, U strictly above, the raw diagonal of U on it. */
export function unpack(packed: tf.Tensor, positive: Positive): Factors {
  const n = packed.shape[0]!
  const raw = diagPart(packed)
  const diagonal = positive === 'exp' ? tf.exp(raw) : softplus(raw)
  return {
    lower: triangular('lower', packed, constant(1, [n])),
    upper: triangular('upper', packed, diagonal),
    logDet: tf.sum(positive === 'exp' ? raw : tf.log(diagonal)),
  }
}

/** Wᵀ, which maps rows: x Wᵀ. */
export const transposedProduct = ({ lower, upper }: Factors, order: readonly number[]): tf.Tensor =>
  reorder(tf.matMul(upper, lower, true, true), order, inverseOrder(order))

/** W⁻¹ of each row `[rows, n]`, by two triangular solves. */
export function solveRows({ lower, upper }: Factors, order: readonly number[], rows: tf.Tensor): tf.Tensor {
  const unordered = reorder(rows, inverseOrder(order), order)
  const below = triangularSolve(lower, tf.transpose(unordered), { unitDiagonal: true })
  return tf.transpose(triangularSolve(upper, below, { lower: false }))
}

/**
 * Packed factors, their diagonal as logarithms, of a random matrix that is orthogonal for any P: with an orthogonal A = P′ L U,
 * L U = P′ᵀA is orthogonal too, and stays so when columns change sign until the diagonal is positive.
 */
export function packedOrthogonal([n]: Shape, rng: Rng): tf.Tensor {
  const { l, u } = lu(qr(rng.normal([n!, n!])).q)
  const signed = tf.mul(u, tf.sign(diagPart(u)))
  return tf.add(tf.add(strict('lower', l), strict('upper', signed)), diag(tf.log(diagPart(signed))))
}
