import { type Config, constant } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LocationScale, locationScaleOptions } from './internal/location-scale.js'
import { nearerTail, select } from './internal/regions.js'

/**
 * The Laplace (double exponential) distribution: p(x) = e^(−|x − loc| / s) / 2s.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * new Laplace({ loc: 1, scale: 2 }).sample([100], { rng: Rng.seed(1) })
 * ```
 */
export class Laplace extends LocationScale {
  static readonly type: string = 'laplace'
  protected readonly standard = { mean: 0, variance: 2, entropy: 1 + Math.LN2 }

  static fromConfig(config: Config): Laplace {
    return new Laplace(locationScaleOptions(config))
  }

  protected standardLogProb(z: tf.Tensor): tf.Tensor {
    return tf.sub(constant(-Math.LN2), tf.abs(z))
  }

  protected standardCdf(z: tf.Tensor): tf.Tensor {
    const tail = tf.mul(0.5, tf.exp(tf.neg(tf.abs(z))))
    return select(tf.less(z, 0), tail, tf.sub(1, tail))
  }

  protected standardQuantile(u: tf.Tensor): tf.Tensor {
    const { lower, tail } = nearerTail(u)
    const z = tf.log(tf.mul(2, tail))
    return select(lower, z, tf.neg(z))
  }
}
