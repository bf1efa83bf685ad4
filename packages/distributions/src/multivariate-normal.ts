import {
  broadcastShapes,
  type Config,
  check,
  constant,
  diagPart,
  EbbflowError,
  type Rng,
  type Shape,
  Slot,
  type Support,
  showShape,
  triangularSolve,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { LOWER_TRIANGULAR, POSITIVE_VECTOR, VECTOR } from './internal/constraint.js'
import { shapeOf } from './internal/numbers.js'
import { HALF_LOG_TWO_PI } from './internal/numerals.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'

/** Options of {@link MultivariateNormal}: `scaleDiag` or `scaleTril`, not both. */
export interface MultivariateNormalOptions extends LearnableOptions {
  /** Mean, shape `[...batch, D]`; a number stands for the same one in every dimension. Default 0. */
  loc?: Parameter
  /** Standard deviations of independent values, shape `[...batch, D]`. */
  scaleDiag?: Parameter
  /** The Cholesky factor L of the covariance L Lᵀ, lower-triangular with a positive diagonal, shape `[...batch, D, D]`. */
  scaleTril?: Parameter
}

/**
 * The normal distribution of vectors, X = loc + L Z: log p(x) = −½ |L⁻¹(x − loc)|² − log det L − ½ D log 2π.
 *
 * @throws EbbflowError `argument` for a scale that is not lower-triangular with a positive diagonal; `shape` when sizes differ.
 * @example
 * ```ts
 * const d = new MultivariateNormal({ loc: [0, 1], scaleTril: [[1, 0], [0.5, 2]] })
 * d.logProb(tf.tensor2d([[0, 0]])) // shape [1]
 * ```
 */
export class MultivariateNormal extends Parametric<'loc' | 'scaleDiag' | 'scaleTril'> {
  static readonly type: string = 'multivariate-normal'
  readonly support: Support = { kind: 'vector', lower: -Infinity, upper: Infinity }
  readonly reparameterised = true

  constructor(options: MultivariateNormalOptions) {
    const { loc, scaleDiag, scaleTril } = options
    check((scaleDiag === undefined) !== (scaleTril === undefined), 'give either scaleDiag or scaleTril')
    const scaleShape = shapeOfParameter((scaleDiag ?? scaleTril)!)
    const size = scaleShape.at(-1)
    if (size === undefined)
      throw new EbbflowError('shape', 'a scale needs a value a dimension', { received: showShape(scaleShape) })
    const mean = loc === undefined || typeof loc === 'number' ? new Array<number>(size).fill(loc ?? 0) : loc
    broadcastShapes(shapeOfParameter(mean).slice(-1), [size])
    super(
      scaleDiag === undefined
        ? { loc: [mean, VECTOR], scaleTril: [scaleTril!, LOWER_TRIANGULAR] }
        : { loc: [mean, VECTOR], scaleDiag: [scaleDiag, POSITIVE_VECTOR] },
      options.learnable,
      { event: [size] },
    )
  }

  static fromConfig(config: Config): MultivariateNormal {
    return new MultivariateNormal(config as unknown as MultivariateNormalOptions)
  }

  private get size(): number {
    return this.eventShape[0]!
  }

  /** log det L, of the batch's shape. */
  private logDet(): tf.Tensor {
    const diagonal = this.held.scaleDiag ? this.read('scaleDiag') : diagPart(this.read('scaleTril'))
    return this.overBatch(tf.sum(tf.log(diagonal), -1))
  }

  /** L⁻¹ y for y of shape `[...lead, D]`. */
  private whiten(y: tf.Tensor): tf.Tensor {
    if (this.held.scaleDiag) return tf.div(y, this.read('scaleDiag'))
    const factor = this.read('scaleTril')
    if (factor.rank > 2) return tf.squeeze(triangularSolve(factor, tf.expandDims(y, -1)), [-1])
    // one matrix: all rows at once as its right-hand sides
    const rows = tf.reshape(y, [-1, this.size])
    return tf.reshape(tf.transpose(triangularSolve(factor, tf.transpose(rows))), y.shape)
  }

  /** L z for z of shape `[...lead, D]`. */
  private colour(z: tf.Tensor): tf.Tensor {
    if (this.held.scaleDiag) return tf.mul(z, this.read('scaleDiag'))
    // a product and a sum broadcast over any batch, which matMul does not
    return tf.sum(tf.mul(this.read('scaleTril'), tf.expandDims(z, -2)), -1)
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const z = this.whiten(tf.sub(x, this.read('loc')))
    const square = tf.mul(-0.5, tf.sum(tf.square(z), -1))
    return tf.sub(tf.sub(square, this.logDet()), constant(this.size * HALF_LOG_TWO_PI))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    const z = rng.normal([...shape, ...this.batchShape, this.size])
    return tf.add(this.colour(z), this.read('loc'))
  }

  protected override meanRule(): tf.Tensor {
    return this.overBatch(this.read('loc'), [this.size])
  }

  protected override varianceRule(): tf.Tensor {
    const own = this.held.scaleDiag ? tf.square(this.read('scaleDiag')) : tf.sum(tf.square(this.read('scaleTril')), -1)
    return this.overBatch(own, [this.size])
  }

  protected override entropyRule(): tf.Tensor {
    return tf.add(this.logDet(), constant(this.size * (HALF_LOG_TWO_PI + 0.5)))
  }
}

const shapeOfParameter = (given: Parameter): Shape => (given instanceof Slot ? given.shape : shapeOf(given))
