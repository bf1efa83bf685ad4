import { besselRatio, broadcastShapes, type Config, constant, type Rng, type Shape, type Support } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE, POSITIVE } from './internal/constraint.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, atMost, logWithin, onUnit, spread } from './internal/regions.js'
import { logNormaliser, standardCdf, standardLogDensity, standardQuantile } from './internal/von-mises.js'

/** Options of {@link VonMises}. */
export interface VonMisesOptions extends LearnableOptions {
  /** Mean direction in radians, within [−π, π]. Default 0. */
  loc?: Parameter
  /** Concentration κ, positive. Default 1. */
  concentration?: Parameter
}

/**
 * The von Mises distribution of angles: p(x) = e^(κ cos(x − loc)) / (2π I₀(κ)) for x in [−π, π], in radians.
 *
 * Draws are made by CDF inversion and differentiable (Figurnov et al. 2018, arXiv 1805.08498). `cdf` counts from −π; `mean` is the mean
 * direction, `variance` the circular variance 1 − I₁(κ) / I₀(κ).
 *
 * @throws EbbflowError `argument` for a concentration that is not positive.
 * @example
 * ```ts
 * new VonMises({ loc: 1, concentration: 4 }).sample([100], { rng: Rng.seed(1) })
 * ```
 */
export class VonMises extends Parametric<'loc' | 'concentration'> {
  static readonly type: string = 'von-mises'
  readonly support: Support = { kind: 'circle', lower: -Math.PI, upper: Math.PI }
  readonly reparameterised = true

  constructor(options: VonMisesOptions = {}) {
    const { loc = 0, concentration = 1, learnable } = options
    super({ loc: [loc, FREE], concentration: [concentration, POSITIVE] }, learnable)
  }

  static fromConfig(config: Config): VonMises {
    return new VonMises(config as VonMisesOptions)
  }

  /** x − loc and κ, of one shape. */
  private around(x: tf.Tensor): { angle: tf.Tensor; kappa: tf.Tensor } {
    const shape = broadcastShapes(x.shape, this.batchShape)
    return {
      angle: spread(tf.sub(x, this.read('loc')), shape),
      kappa: spread(this.read('concentration'), shape),
    }
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const outside = tf.greater(tf.abs(x), constant(Math.PI))
    return logWithin(x, outside, 0, (v) => {
      const { angle, kappa } = this.around(v)
      return standardLogDensity(angle, kappa)
    })
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const u = rng.uniform([...shape, ...this.batchShape])
    const angle = standardQuantile(u, spread(this.read('concentration'), u.shape))
    return toCircle(tf.add(angle, this.read('loc')))
  }

  /** The distribution function of the angle from loc, counted on over the turns: G(y + 2π) = G(y) + 1, G(0) = 0. */
  private turned(x: tf.Tensor): tf.Tensor {
    const { angle, kappa } = this.around(x)
    const turns = turnsOf(angle)
    const rest = tf.sub(angle, tf.mul(turns, constant(2 * Math.PI)))
    return tf.add(tf.sub(standardCdf(rest, kappa), 0.5), turns)
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const start = this.turned(constant(-Math.PI))
    const inside = atMost(atLeast(x, -Math.PI), Math.PI)
    return tf.sub(this.turned(inside), start)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    const start = this.turned(constant(-Math.PI))
    return onUnit(u, (v) => {
      const level = tf.add(v, start)
      const turns = tf.round(level)
      const rest = tf.add(tf.sub(level, turns), 0.5)
      const kappa = spread(this.read('concentration'), rest.shape)
      const angle = tf.add(standardQuantile(rest, kappa), tf.mul(turns, constant(2 * Math.PI)))
      return tf.add(angle, this.read('loc'))
    })
  }

  protected override meanRule(): tf.Tensor {
    return this.overBatch(this.read('loc'))
  }

  protected override varianceRule(): tf.Tensor {
    return this.overBatch(tf.sub(1, besselRatio(this.read('concentration'))))
  }

  protected override entropyRule(): tf.Tensor {
    const kappa = this.read('concentration')
    return this.overBatch(tf.add(tf.mul(kappa, tf.sub(1, besselRatio(kappa))), logNormaliser(kappa)))
  }
}

const turnsOf = (angle: tf.Tensor): tf.Tensor => tf.round(tf.div(angle, constant(2 * Math.PI)))

/** An angle in [−π, π]; a little less than π, which single precision rounds up. */
const toCircle = (angle: tf.Tensor): tf.Tensor => {
  const rest = tf.sub(angle, tf.mul(turnsOf(angle), constant(2 * Math.PI)))
  return atMost(atLeast(rest, -3.1415925), 3.1415925)
}
