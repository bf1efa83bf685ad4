import {
  Bijector,
  type Config,
  check,
  constant,
  diag,
  expectEvent,
  inverse,
  type Mapped,
  matrixTranspose,
  qr,
  type Shape,
  type Slot,
  sizeOf,
  slogdet,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { packedOrthogonal, solveRows, transposedProduct, unpack } from './packed-lu.js'
import { Permutation } from './permutation.js'

/** Options of {@link InvertibleConvolution}. */
export interface InvertibleConvolutionOptions {
  /** Shape of an event, `[h, w, c]` or `[c]`; the last axis is that of the channels. */
  shape: Shape
  /** Whether W is held as P L U, of which the determinant costs c and not c³. Default false: a dense matrix. */
  lu?: boolean
  /** Seed of the fixed permutation P of `lu`. Default 0. */
  seed?: number
}

/**
 * An invertible 1×1 convolution: y = W x at each place, W of c × c, log|det| = h · w · ln|det W|, for x of shape `[...batch, h, w, c]`, or of any
 * `[...batch, ...shape]` whose last axis holds the channels (Kingma & Dhariwal 2018, arXiv 1807.03039, sections 3.2 and 3.2.1).
 *
 * W is a parameter of its own (`weight`), or W = P L U with P fixed and the diagonal of U kept positive by exp (`factors`: L below the
 * diagonal, U above, ln uᵢᵢ on it); it starts as a random rotation or reflection. Both directions cost one product with a matrix a place; the
 * dense form adds c³ for the determinant, and both add c³ for the inverse.
 *
 * @throws EbbflowError `shape` for another event; `singular`, from the inverse, for a dense W that has none.
 * @example
 * ```ts
 * const layer = new InvertibleConvolution({ shape: [8, 8, 4], lu: true }).init({ seed: 1 })
 * const y = layer.forward(tf.zeros([2, 8, 8, 4]))
 * ```
 */
export class InvertibleConvolution extends Bijector {
  static readonly type: string = 'invertible-convolution'
  readonly shape: Shape
  readonly lu: boolean
  readonly seed: number
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly matrix: Slot
  private readonly order: readonly number[]

  constructor({ shape, lu = false, seed = 0 }: InvertibleConvolutionOptions) {
    super()
    check(shape.length > 0, 'an event needs a channel axis', {
      expected: 'a shape of one axis or more',
      received: '[]',
    })
    const c = shape.at(-1)!
    this.shape = [...shape]
    this.lu = lu
    this.seed = seed
    this.inputRank = shape.length
    this.outputRank = shape.length
    this.matrix = lu
      ? this.param('factors', [c, c], packedOrthogonal)
      : this.param('weight', [c, c], (size, rng) => qr(rng.normal(size)).q)
    this.order = Permutation.random(c, seed).order
  }

  static fromConfig(config: Config): InvertibleConvolution {
    return new InvertibleConvolution({
      shape: config.shape as Shape,
      lu: config.lu as boolean,
      seed: config.seed as number,
    })
  }
  config(): Config {
    return { shape: this.shape, lu: this.lu, seed: this.seed }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    if (this.lu) {
      const factors = unpack(this.matrix.value, 'exp')
      return this.everywhere(x, transposedProduct(factors, this.order), factors.logDet)
    }
    const weight = this.matrix.value
    return this.everywhere(x, matrixTranspose(weight), slogdet(weight).logAbsDet)
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    if (this.lu) {
      const factors = unpack(this.matrix.value, 'exp')
      const ones = diag(constant(1, [this.order.length]))
      return this.everywhere(y, solveRows(factors, this.order, ones), tf.neg(factors.logDet))
    }
    const weight = this.matrix.value
    return this.everywhere(y, matrixTranspose(inverse(weight)), tf.neg(slogdet(weight).logAbsDet))
  }

  /** The channels of each place by `right` from the right. */
  private everywhere(x: tf.Tensor, right: tf.Tensor, logDet: tf.Tensor): Mapped {
    const c = this.order.length
    const batch = x.shape.slice(0, x.rank - this.inputRank)
    const places = sizeOf(this.shape.slice(0, -1))
    const rows = tf.reshape(x, [sizeOf(batch) * places, c])
    return {
      value: tf.reshape(tf.matMul(rows, right), x.shape),
      logDet: tf.add(tf.mul(logDet, places), constant(0, batch)),
    }
  }
}
