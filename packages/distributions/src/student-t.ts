import {
  betainc,
  broadcastShapes,
  type Config,
  constant,
  customRule,
  digammaDifference,
  lbeta,
  log1p,
  REAL,
  type Rng,
  type Shape,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE, POSITIVE } from './internal/constraint.js'
import { implicitly } from './internal/implicit.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, select, spread } from './internal/regions.js'
import { solvedQuantile } from './internal/solved-quantile.js'
import { drawStandardGamma } from './internal/standard-gamma.js'

/** Options of {@link StudentT}. */
export interface StudentTOptions extends LearnableOptions {
  /** Degrees of freedom ν, positive. Default 1. */
  df?: Parameter
  /** Location. Default 0. */
  loc?: Parameter
  /** Scale, positive. Default 1. */
  scale?: Parameter
}

/**
 * Student's t distribution: p(x) = (1 + z²/ν)^(−(ν+1)/2) / (s √ν B(ν/2, ½)), z = (x − loc) / s.
 *
 * The mean is NaN for ν ≤ 1, the variance ∞ for 1 < ν ≤ 2 and NaN below. Draws are Z √(ν / 2G) for a gamma draw G, differentiable by
 * implicit reparameterisation (Figurnov et al. 2018).
 *
 * @throws EbbflowError `argument` for degrees of freedom or a scale that are not positive.
 * @example
 * ```ts
 * new StudentT({ df: 4, loc: 1, scale: 2 }).variance() // 8
 * ```
 */
export class StudentT extends Parametric<'df' | 'loc' | 'scale'> {
  static readonly type: string = 'student-t'
  readonly support = REAL
  readonly reparameterised = true

  constructor(options: StudentTOptions = {}) {
    const { df = 1, loc = 0, scale = 1, learnable } = options
    super({ df: [df, POSITIVE], loc: [loc, FREE], scale: [scale, POSITIVE] }, learnable)
  }

  static fromConfig(config: Config): StudentT {
    return new StudentT(config as StudentTOptions)
  }

  private standardise(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.read('loc')), this.read('scale'))
  }

  private place(z: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(z, this.read('scale')), this.read('loc'))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    return tf.sub(logDensity(this.standardise(x), [this.read('df')]), tf.log(this.read('scale')))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const full = [...shape, ...this.batchShape]
    const df = spread(this.read('df'), full)
    const half = tf.mul(0.5, df)
    const ratio = tf.div(half, drawStandardGamma(half, full, rng))
    const z = tf.mul(rng.normal(full), tf.sqrt(ratio))
    return this.place(implicitly(z, [df], cdf, logDensity))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(x.shape, this.batchShape)
    return cdf(spread(this.standardise(x), shape), [spread(this.read('df'), shape)])
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    const shape = broadcastShapes(u.shape, this.batchShape)
    const df = spread(this.read('df'), shape)
    return this.place(solvedQuantile(spread(u, shape), [df], cdf, tf.sinh, this.support))
  }

  protected override meanRule(): tf.Tensor {
    const none = tf.lessEqual(this.read('df'), 1)
    return select(none, Number.NaN, this.overBatch(this.read('loc')))
  }

  protected override varianceRule(): tf.Tensor {
    const df = this.read('df')
    const finite = tf.greater(df, 2)
    const safe = select(finite, df, 3)
    const value = tf.mul(tf.div(safe, tf.sub(safe, 2)), tf.square(this.read('scale')))
    const beyond = select(tf.greater(df, 1), Infinity, Number.NaN)
    return this.overBatch(select(finite, value, beyond))
  }

  protected override entropyRule(): tf.Tensor {
    const df = this.read('df')
    const half = tf.mul(0.5, df)
    const rise = tf.neg(digammaDifference(half, constant(0.5, half.shape)))
    const own = tf.add(tf.mul(tf.add(half, 0.5), rise), logNormaliser(df))
    return this.overBatch(tf.add(own, tf.log(this.read('scale'))))
  }
}

/** log (√ν B(ν/2, ½)). */
const logNormaliser = (df: tf.Tensor): tf.Tensor =>
  tf.add(tf.mul(0.5, tf.log(df)), lbeta(tf.mul(0.5, df), constant(0.5, df.shape)))

const logDensity = (z: tf.Tensor, [df]: tf.Tensor[]): tf.Tensor => {
  const tail = tf.mul(tf.mul(0.5, tf.add(df!, 1)), log1p(tf.div(tf.square(z), df!)))
  return tf.neg(tf.add(tail, logNormaliser(df!)))
}

/** F by the half of the line: betainc of ν / (ν + z²) in the tails, and of z² / (ν + z²) where that is close to 1. */
const cdfFormula = (z: tf.Tensor, df: tf.Tensor): tf.Tensor => {
  const square = tf.square(z)
  const far = tf.greater(square, df)
  const half = tf.mul(0.5, df)
  const middle = constant(0.5, z.shape)
  const sum = tf.add(square, df)
  const tail = tf.mul(0.5, betainc(half, middle, select(far, atLeast(tf.div(df, sum), 2 ** -120), middle)))
  const near = select(far, middle, atLeast(tf.div(square, sum), 2 ** -120))
  const centre = tf.mul(0.5, betainc(middle, half, near))
  const beyond = select(far, tail, tf.sub(0.5, centre))
  return select(tf.less(z, 0), beyond, tf.sub(1, beyond))
}

/** F with its density as the derivative by z: the formula's own is 0 / 0 at the centre. */
const cdf = (z: tf.Tensor, [df]: tf.Tensor[]): tf.Tensor =>
  customRule(
    ([x, nu]) => cdfFormula(x!, nu!),
    ({ dy, inputs: [x, nu] }) => [
      tf.mul(dy, tf.exp(logDensity(x!, [nu!]))),
      vjp(() => cdfFormula(x!, nu!), [nu!], dy).gradients[0]!,
    ],
  )([z, df!])
