import {
  Bijector,
  type Config,
  check,
  constant,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link Radial}. */
export interface RadialOptions {
  /** D, the number of values of an event. */
  dimensions: number
}

/**
 * A radial layer: y = x + β (x − x₀) / (α + r), r = ‖x − x₀‖, for x of shape `[...batch, D]`; with γ = α + β,
 * log|det| = (D − 1) ln((r + γ) / (α + r)) + ln((r² + 2αr + αγ) / (α + r)²) (Rezende & Mohamed 2015, arXiv 1505.05770, eq. 14).
 *
 * It is invertible when β > −α. What is trained is x₀, ln α and ln(γ / α), which is 0 at the identity, so it always is. Both directions are
 * closed forms of cost D: with ρ = ‖y − x₀‖ the inverse is the positive root of r² + (γ − ρ) r − αρ = 0.
 *
 * @throws EbbflowError `shape` for another event.
 * @example
 * ```ts
 * const layer = new Radial({ dimensions: 2 }).init({ seed: 1 })
 * const y = layer.forward(tf.tensor2d([[1, -2]]))
 * ```
 */
export class Radial extends Bijector {
  static readonly type: string = 'radial'
  readonly dimensions: number
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly centre: Slot
  private readonly logAlpha: Slot
  private readonly logRatio: Slot

  constructor({ dimensions }: RadialOptions) {
    super()
    check(Number.isInteger(dimensions) && dimensions >= 1, 'a radial layer needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    this.dimensions = dimensions
    this.centre = this.param('centre', [dimensions], initialisers.normal(1))
    this.logAlpha = this.param('logAlpha', [], initialisers.zeros)
    this.logRatio = this.param('logRatio', [], initialisers.zeros)
  }

  static fromConfig(config: Config): Radial {
    return new Radial({ dimensions: config.dimensions as number })
  }
  config(): Config {
    return { dimensions: this.dimensions }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const { alpha, gamma } = this.values()
    const away = tf.sub(x, this.centre.value)
    const r = norm(away)
    const growth = tf.div(tf.add(r, gamma), tf.add(r, alpha))
    return {
      value: tf.add(tf.mul(away, tf.expandDims(growth, -1)), this.centre.value),
      logDet: this.logDet(r, alpha, gamma),
    }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const { alpha, gamma } = this.values()
    const away = tf.sub(y, this.centre.value)
    const r = radius(norm(away), alpha, gamma)
    const shrinkage = tf.div(tf.add(r, alpha), tf.add(r, gamma))
    return {
      value: tf.add(tf.mul(away, tf.expandDims(shrinkage, -1)), this.centre.value),
      logDet: tf.neg(this.logDet(r, alpha, gamma)),
    }
  }

  private values(): { alpha: tf.Tensor; gamma: tf.Tensor } {
    const alpha = tf.exp(this.logAlpha.value)
    return { alpha, gamma: tf.mul(alpha, tf.exp(this.logRatio.value)) }
  }

  /** Of sums of positive terms alone, so that nothing cancels. */
  private logDet(r: tf.Tensor, alpha: tf.Tensor, gamma: tf.Tensor): tf.Tensor {
    const below = tf.log(tf.add(r, alpha))
    const across = tf.sub(tf.log(tf.add(r, gamma)), below)
    const slope = tf.add(tf.mul(r, tf.add(r, tf.mul(alpha, 2))), tf.mul(alpha, gamma))
    const along = tf.sub(tf.log(slope), tf.mul(below, 2))
    return tf.add(tf.mul(across, this.dimensions - 1), along)
  }
}

/** The norm of each row, whose gradient at the origin is zero and not NaN. */
const norm = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.maximum(tf.sum(tf.square(x), -1), constant(1e-30)))

/** r > 0 with r (r + γ) = ρ (r + α), by the root that does not cancel. */
function radius(rho: tf.Tensor, alpha: tf.Tensor, gamma: tf.Tensor): tf.Tensor {
  const p = tf.sub(rho, gamma)
  const product = tf.mul(rho, alpha)
  const root = tf.sqrt(tf.add(tf.square(p), tf.mul(product, 4)))
  const far = tf.mul(tf.add(p, root), 0.5)
  const near = tf.div(tf.mul(product, 2), tf.sub(root, tf.minimum(p, 0)))
  return tf.where(tf.greaterEqual(p, 0), far, near)
}
