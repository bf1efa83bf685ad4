import {
  Bijector,
  type Config,
  check,
  constant,
  diag,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { asRows, fromRows } from '../conditioners/rows.js'
import { type Factors, type Positive, solveRows, transposedProduct, unpack } from './packed-lu.js'
import { Permutation } from './permutation.js'

/** Options of {@link LULinear}. */
export interface LULinearOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** P: the values of L U x in the order in which y has them. Default: as they are. */
  order?: readonly number[]
  /** How the diagonal of U is kept positive. Default `exp`. */
  diagonal?: Positive
}

/**
 * A learned linear map: y = P L U x + b with a fixed permutation P, a lower triangular L with ones on its diagonal and an upper triangular U
 * with a positive one, log|det| = Σ ln uᵢᵢ, for x of shape `[...batch, D]` (Oliva et al. 2018, arXiv 1801.09819, section 3.1.1; Kingma &
 * Dhariwal 2018, arXiv 1807.03039, eq. 10). Starts as P.
 *
 * The parameter `factors` `[D, D]` holds L below its diagonal, U above, and on it uᵢᵢ before exp or softplus. Forward costs one product with
 * a matrix an event, the inverse two triangular solves, no more than the product.
 *
 * @throws EbbflowError `argument` for an order that is not a permutation; `shape` for another event.
 * @example
 * ```ts
 * const layer = new LULinear({ dimensions: 3, order: [2, 0, 1] }).init()
 * const y = layer.forward(tf.tensor1d([1, 2, 3])) // [3, 1, 2]
 * ```
 */
export class LULinear extends Bijector {
  static readonly type: string = 'lu-linear'
  readonly dimensions: number
  readonly order: readonly number[]
  readonly diagonal: Positive
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  private readonly packed: Slot
  private readonly bias: Slot

  constructor(options: LULinearOptions) {
    super()
    const { dimensions, diagonal = 'exp' } = options
    check(Number.isInteger(dimensions) && dimensions >= 1, 'a linear layer needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    check(diagonal === 'exp' || diagonal === 'softplus', 'unknown way to keep a diagonal positive', {
      expected: 'exp or softplus',
      received: String(diagonal),
    })
    const { order } = new Permutation(options.order ?? Array.from({ length: dimensions }, (_, i) => i))
    check(order.length === dimensions, 'the order is not one of all values', {
      expected: `${dimensions} places`,
      received: `${order.length}`,
    })
    this.dimensions = dimensions
    this.order = order
    this.diagonal = diagonal
    const one = diagonal === 'exp' ? 0 : Math.log(Math.expm1(1))
    this.packed = this.param('factors', [dimensions, dimensions], () => diag(constant(one, [dimensions])))
    this.bias = this.param('bias', [dimensions], initialisers.zeros)
  }

  static fromConfig(config: Config): LULinear {
    return new LULinear({
      dimensions: config.dimensions as number,
      order: config.order as readonly number[],
      diagonal: config.diagonal as Positive,
    })
  }
  config(): Config {
    return { dimensions: this.dimensions, order: this.order, diagonal: this.diagonal }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const factors = this.factors()
    const product = tf.matMul(asRows(x, this.dimensions), transposedProduct(factors, this.order))
    return { value: fromRows(tf.add(product, this.bias.value), x), logDet: spread(factors.logDet, x) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const factors = this.factors()
    const rows = tf.sub(asRows(y, this.dimensions), this.bias.value)
    return { value: fromRows(solveRows(factors, this.order, rows), y), logDet: spread(tf.neg(factors.logDet), y) }
  }

  private factors(): Factors {
    return unpack(this.packed.value, this.diagonal)
  }
}

/** The same log-determinant for every event of the batch. */
const spread = (logDet: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.add(logDet, constant(0, x.shape.slice(0, -1)))
