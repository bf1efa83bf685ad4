import {
  Bijector,
  type Config,
  check,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
  solveMonotone,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { admissible, type Pointwise, type PointwiseFunction, pointwise } from './pointwise.js'

/** Options of {@link Planar}. */
export interface PlanarOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** h. Default `tanh`. */
  activation?: Pointwise
}

/**
 * A planar layer: y = x + û h(wᵀx + b), log|det| = ln(1 + wᵀû h′(wᵀx + b)), for x of shape `[...batch, D]` (Rezende & Mohamed 2015,
 * arXiv 1505.05770, eqs. 10–12).
 *
 * It is invertible when wᵀû > −1 / sup h′, that is −1 for tanh and −4 for the sigmoid. What is trained is u, of which
 * û = u / (1 + sup h′ · softplus(−wᵀu)): onto all such û like the correction along w of the paper's appendix A.1, and smooth at w = 0 too. Starts as the identity, with u = 0 and
 * random w.
 *
 * Forward is a closed form of cost D. The inverse solves one increasing scalar equation an event, α + wᵀû h(α) = wᵀy + b, to four units in
 * the last place; its gradient is that of the implicit function theorem.
 *
 * @throws EbbflowError `shape` for another event; `convergence`, naming the rows, when an inverse is not found.
 * @example
 * ```ts
 * const layer = new Planar({ dimensions: 2 }).init({ seed: 1 })
 * const back = layer.inverse(layer.forward(tf.tensor2d([[1, -2]]))) // [[1, -2]]
 * ```
 */
export class Planar extends Bijector {
  static readonly type: string = 'planar'
  readonly dimensions: number
  readonly activation: Pointwise
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'iterative' } as const
  private readonly u: Slot
  private readonly w: Slot
  private readonly b: Slot

  constructor({ dimensions, activation = 'tanh' }: PlanarOptions) {
    super()
    check(Number.isInteger(dimensions) && dimensions >= 1, 'a planar layer needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    pointwise(activation)
    this.dimensions = dimensions
    this.activation = activation
    this.u = this.param('u', [dimensions], initialisers.zeros)
    this.w = this.param('w', [dimensions], initialisers.normal(1 / Math.sqrt(dimensions)))
    this.b = this.param('b', [], initialisers.zeros)
  }

  static fromConfig(config: Config): Planar {
    return new Planar({ dimensions: config.dimensions as number, activation: config.activation as Pointwise })
  }
  config(): Config {
    return { dimensions: this.dimensions, activation: this.activation }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const { h, direction, strength } = this.parts()
    const at = this.project(x)
    const step = tf.mul(tf.expandDims(h.value(at), -1), direction)
    return { value: tf.add(x, step), logDet: logSlope(h, at, strength) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const { h, direction, strength } = this.parts()
    const at = solveMonotone((a, c) => tf.add(a, tf.mul(c!, h.value(a))), this.project(y), [strength])
    const step = tf.mul(tf.expandDims(h.value(at), -1), direction)
    return { value: tf.sub(y, step), logDet: tf.neg(logSlope(h, at, strength)) }
  }

  /** h, û and wᵀû. */
  private parts(): { h: PointwiseFunction; direction: tf.Tensor; strength: tf.Tensor } {
    const h = pointwise(this.activation)
    const product = tf.sum(tf.mul(this.w.value, this.u.value))
    const factor = admissible(product, h)
    return { h, direction: tf.mul(this.u.value, factor), strength: tf.mul(product, factor) }
  }

  /** wᵀx + b, of shape `[...batch]`. */
  private project(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.sum(tf.mul(x, this.w.value), -1), this.b.value)
  }
}

const logSlope = (h: PointwiseFunction, at: tf.Tensor, strength: tf.Tensor): tf.Tensor =>
  tf.log(tf.add(tf.mul(h.slope(at), strength), 1))
