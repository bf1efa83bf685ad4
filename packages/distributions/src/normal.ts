import { type Config, constant, ndtr, ndtri, type Rng, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LocationScale, locationScaleOptions } from './internal/location-scale.js'
import { HALF_LOG_TWO_PI } from './internal/numerals.js'

/**
 * The normal distribution: p(x) = e^(−z²/2) / (s √2π), z = (x − loc) / s.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * const d = new Normal({ loc: 0, scale: [1, 2] })
 * d.logProb(tf.scalar(0)) // [-0.919, -1.612]
 * ```
 */
export class Normal extends LocationScale {
  static readonly type: string = 'normal'
  protected readonly standard = { mean: 0, variance: 1, entropy: HALF_LOG_TWO_PI + 0.5 }

  static fromConfig(config: Config): Normal {
    return new Normal(locationScaleOptions(config))
  }

  protected standardLogProb(z: tf.Tensor): tf.Tensor {
    return tf.sub(tf.mul(-0.5, tf.square(z)), constant(HALF_LOG_TWO_PI))
  }

  protected standardCdf(z: tf.Tensor): tf.Tensor {
    return ndtr(z)
  }

  protected standardQuantile(u: tf.Tensor): tf.Tensor {
    return ndtri(u)
  }

  protected override standardSample(shape: Shape, rng: Rng): tf.Tensor {
    return rng.normal(shape)
  }
}
