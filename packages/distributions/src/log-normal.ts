import { type Config, constant, expm1, ndtr, ndtri, type Rng, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE, POSITIVE } from './internal/constraint.js'
import type { LocationScaleOptions } from './internal/location-scale.js'
import { HALF_LOG_TWO_PI } from './internal/numerals.js'
import { Parametric } from './internal/parametric.js'
import { logWithin, onUnit, POSITIVE_LINE, replace, select } from './internal/regions.js'

/**
 * The log-normal distribution, X = e^(loc + scale Z) for a standard normal Z: p(x) = e^(−z²/2) / (x s √2π), z = (log x − loc) / s, for x > 0.
 *
 * @throws EbbflowError `argument` for a scale that is not positive.
 * @example
 * ```ts
 * new LogNormal({ loc: 1, scale: 0.5 }).quantile(tf.scalar(0.5)) // e
 * ```
 */
export class LogNormal extends Parametric<'loc' | 'scale'> {
  static readonly type: string = 'log-normal'
  readonly support = POSITIVE_LINE
  readonly reparameterised = true

  /** `loc` and `scale` are the mean and the standard deviation of log X. */
  constructor(options: LocationScaleOptions = {}) {
    super({ loc: [options.loc ?? 0, FREE], scale: [options.scale ?? 1, POSITIVE] }, options.learnable)
  }

  static fromConfig(config: Config): LogNormal {
    return new LogNormal(config as LocationScaleOptions)
  }

  private standardise(log: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(log, this.read('loc')), this.read('scale'))
  }

  private place(z: tf.Tensor): tf.Tensor {
    return tf.exp(tf.add(tf.mul(z, this.read('scale')), this.read('loc')))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    return logWithin(x, tf.lessEqual(x, 0), 1, (v) => {
      const log = tf.log(v)
      const square = tf.mul(-0.5, tf.square(this.standardise(log)))
      const jacobian = tf.add(log, tf.add(tf.log(this.read('scale')), constant(HALF_LOG_TWO_PI)))
      return tf.sub(square, jacobian)
    })
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return this.place(rng.normal([...shape, ...this.batchShape]))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const outside = tf.lessEqual(x, 0)
    return select(outside, 0, ndtr(this.standardise(tf.log(replace(x, outside, 1)))))
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return onUnit(u, (v) => this.place(ndtri(v)))
  }

  protected override meanRule(): tf.Tensor {
    return tf.exp(tf.add(this.read('loc'), tf.mul(0.5, tf.square(this.read('scale')))))
  }

  protected override varianceRule(): tf.Tensor {
    const square = tf.square(this.read('scale'))
    return tf.mul(expm1(square), tf.exp(tf.add(tf.mul(2, this.read('loc')), square)))
  }

  protected override entropyRule(): tf.Tensor {
    return tf.add(tf.add(this.read('loc'), tf.log(this.read('scale'))), constant(HALF_LOG_TWO_PI + 0.5))
  }
}
