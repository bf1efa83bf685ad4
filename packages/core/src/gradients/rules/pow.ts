import * as tf from '@tensorflow/tfjs-core'
import { constant } from '../../tensor.js'
import { binary, select } from '../rule.js'

/** d aᵇ = b aᵇ⁻¹ da + aᵇ log(a) db; 0⁰ is constant in a, and powers of a ≤ 0 are constant in b. */
export const pow = binary(
  'Pow',
  (dy, a, b) => {
    // 1 where b aᵇ⁻¹ would be 0 · ∞
    const bothZero = tf.cast(tf.logicalAnd(tf.equal(a, 0), tf.equal(b, 0)), 'float32')
    return tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(tf.add(b, bothZero), 1))))
  },
  (dy, a, b) => {
    // log 1 = 0 makes the product zero where a ≤ 0
    const base = select(tf.greater(a, 0), a, constant(1, a.shape))
    return tf.mul(dy, tf.mul(tf.pow(base, b), tf.log(base)))
  },
)
