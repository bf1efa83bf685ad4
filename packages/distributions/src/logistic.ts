import type { Config } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LocationScale, locationScaleOptions } from './internal/location-scale.js'

/**
 * The logistic distribution: p(x) = e⁻ᶻ / (s (1 + e⁻ᶻ)²), z = (x − loc) / s.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * const d = new Logistic({ loc: 0, scale: [1, 2] })
 * d.cdf(tf.tensor1d([0, 0])) // [0.5, 0.5]
 * ```
 */
export class Logistic extends LocationScale {
  static readonly type: string = 'logistic'
  protected readonly standard = { mean: 0, variance: Math.PI ** 2 / 3, entropy: 2 }

  static fromConfig(config: Config): Logistic {
    return new Logistic(locationScaleOptions(config))
  }

  protected standardLogProb(z: tf.Tensor): tf.Tensor {
    const far = tf.abs(z)
    return tf.neg(tf.add(far, tf.mul(2, tf.log1p(tf.exp(tf.neg(far))))))
  }

  protected standardCdf(z: tf.Tensor): tf.Tensor {
    return tf.sigmoid(z)
  }

  protected standardQuantile(u: tf.Tensor): tf.Tensor {
    return tf.sub(tf.log(u), tf.log(tf.sub(1, u)))
  }
}
