import type { Config } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LocationScale, locationScaleOptions } from './internal/location-scale.js'
import { EULER_GAMMA } from './internal/numerals.js'
import { atLeast } from './internal/regions.js'

/**
 * The Gumbel distribution of largest values: p(x) = e^(−z − e⁻ᶻ) / s, z = (x − loc) / s.
 *
 * Its lower tail falls doubly exponentially; below z = −80 the log-density stays at −e⁸⁰, which single precision still holds.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * new Gumbel({ loc: 2, scale: 0.5 }).mean() // 2.2886
 * ```
 */
export class Gumbel extends LocationScale {
  static readonly type: string = 'gumbel'
  protected readonly standard = { mean: EULER_GAMMA, variance: Math.PI ** 2 / 6, entropy: EULER_GAMMA + 1 }

  static fromConfig(config: Config): Gumbel {
    return new Gumbel(locationScaleOptions(config))
  }

  protected standardLogProb(z: tf.Tensor): tf.Tensor {
    const near = atLeast(z, -80)
    return tf.neg(tf.add(near, tf.exp(tf.neg(near))))
  }

  protected standardCdf(z: tf.Tensor): tf.Tensor {
    return tf.exp(tf.neg(tf.exp(tf.neg(z))))
  }

  protected standardQuantile(u: tf.Tensor): tf.Tensor {
    return tf.neg(tf.log(tf.neg(tf.log(u))))
  }
}
