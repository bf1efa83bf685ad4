import { constant, triangularSolve } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Each row of x `[n, D]` by H₁ H₂ … H_K, or by its transpose: Hₖ = I − 2 vₖ vₖᵀ / ‖vₖ‖² for the rows of `vectors` `[K, D]`; a vector of
 * zero reflects nothing.
 *
 * The product is I − V S⁻¹ Vᵀ with S the upper triangle of VᵀV and half its diagonal (Joffrain et al. 2006, "Accumulating Householder
 * transformations, revisited"), so that K reflections need no more kernels than one, and S is solved for once a batch.
 */
export function reflect(x: tf.Tensor, vectors: tf.Tensor, transpose = false): tf.Tensor {
  const squares = tf.sum(tf.square(vectors), 1, true)
  const unit = tf.div(vectors, tf.sqrt(tf.maximum(squares, constant(1e-30))))
  const gram = tf.mul(tf.matMul(unit, unit, false, true), 2)
  const back = triangularSolve(gram, unit, { lower: false, unitDiagonal: true, transpose: !transpose })
  const along = tf.matMul(x, unit, false, true)
  return tf.sub(x, tf.mul(tf.matMul(along, back), 2))
}
