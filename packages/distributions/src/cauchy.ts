import { type Config, constant } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LocationScale, locationScaleOptions } from './internal/location-scale.js'
import { nearerTail, select } from './internal/regions.js'

/**
 * The Cauchy distribution: p(x) = 1 / (π s (1 + z²)), z = (x − loc) / s. It has neither mean nor variance: both are NaN.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * new Cauchy().quantile(tf.tensor1d([0.25, 0.75])) // [-1, 1]
 * ```
 */
export class Cauchy extends LocationScale {
  static readonly type: string = 'cauchy'
  protected readonly standard = { mean: Number.NaN, variance: Number.NaN, entropy: Math.log(4 * Math.PI) }

  static fromConfig(config: Config): Cauchy {
    return new Cauchy(locationScaleOptions(config))
  }

  protected standardLogProb(z: tf.Tensor): tf.Tensor {
    return tf.sub(constant(-Math.log(Math.PI)), tf.log1p(tf.square(z)))
  }

  protected standardCdf(z: tf.Tensor): tf.Tensor {
    // atan2 is exact in both tails, where ½ + atan(z) / π loses the lower one
    return tf.div(tf.atan2(constant(1, z.shape), tf.neg(z)), constant(Math.PI))
  }

  protected standardQuantile(u: tf.Tensor): tf.Tensor {
    const { lower, tail } = nearerTail(u)
    const z = tf.div(1, tf.tan(tf.mul(tail, constant(Math.PI))))
    return select(lower, tf.neg(z), z)
  }
}
