import { affine, Chain, ConvNet, ImageCoupling, imageCouplingSizes, Sigmoid } from '@ebbflow/bijectors'
import {
  type Bijector,
  type Build,
  type Call,
  type Config,
  constant,
  describe,
  rngOf,
  type Shape,
  sumEvent,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type DequantisationNoise, Dequantiser } from './noise.js'

/** Options of {@link VariationalDequantiser}. */
export interface VariationalDequantiserOptions {
  /** g, from normal noise to the logits of u, with the data as its context: an image for an image, a vector for a vector. */
  bijector: Bijector
}

/**
 * Variational dequantisation: u = σ(g(ε; v)) with ε ~ N(0, I) and g a flow that knows the data v, trained with the model to tighten its
 * bound; log q(u | v) = log N(ε) − log|det ∂u/∂ε| (Ho et al. 2019, Flow++, arXiv 1902.00275, section 3.1).
 *
 * @example
 * ```ts
 * // for vectors: a conditional coupling, whose context is the data
 * const options = { dimensions: 2, family: affine(), context: 2 }
 * const bijector = new Coupling({ ...options, conditioner: new MLP(couplingSizes(options)) })
 * const dequantiser = new VariationalDequantiser({ bijector })
 * ```
 */
export class VariationalDequantiser extends Dequantiser {
  static readonly type: string = 'variational-dequantiser'
  readonly bijector: Bijector
  private readonly unit = new Sigmoid()

  constructor({ bijector }: VariationalDequantiserOptions) {
    super()
    this.bijector = this.child('bijector', bijector)
  }

  static fromConfig(config: Config, build: Build): VariationalDequantiser {
    return new VariationalDequantiser({ bijector: build(config.bijector ?? null) as Bijector })
  }
  config(): Config {
    return { bijector: describe(this.bijector) }
  }

  draw(data: tf.Tensor, rank: number, call: Call): DequantisationNoise {
    const epsilon = rngOf(call, 'dequantisation').normal(data.shape)
    const logit = this.bijector.forwardAndLogDet(epsilon, { ...call, context: data })
    const { value, logDet } = this.unit.forwardAndLogDet(logit.value)
    const logNormal = tf.sub(tf.mul(tf.square(epsilon), -0.5), constant(Math.log(2 * Math.PI) / 2))
    const logProb = tf.sub(tf.sub(sumEvent(logNormal, rank), logit.logDet), sumEvent(logDet, rank))
    return { value, logProb }
  }
}

/** Options of {@link variationalDequantiser}. */
export interface ImageDequantiserOptions {
  /** Height, width and channels of an image. */
  image: Shape
  /** Hidden channels of its networks. Default 16. */
  width?: number
  /** Number of checkerboard couplings. Default 2. */
  layers?: number
}

/**
 * A variational dequantiser for images: affine couplings on alternating checkerboards, each of which sees the image too.
 *
 * @throws EbbflowError `argument` for an image of one pixel, or sizes that are not positive integers.
 * @example
 * ```ts
 * const dequantiser = variationalDequantiser({ image: [4, 4, 1], width: 8 })
 * const flow = glow({ image: [4, 4, 1], levels: 1, steps: 1, width: 8 })
 * const model = new Dequantised({ flow, dequantiser, levels: 16 }).init({ seed: 1 })
 * const v = model.sample(2, { rng: Rng.seed(2) }) // [2, 4, 4, 1], whole numbers from 0 to 15
 * ```
 */
export function variationalDequantiser(options: ImageDequantiserOptions): VariationalDequantiser {
  const { image, width = 16, layers = 2 } = options
  const couplings = Array.from({ length: layers }, (_, i) => {
    const shared = {
      shape: image,
      family: affine(),
      mask: 'checkerboard',
      flip: i % 2 === 1,
      context: image[2]!,
    } as const
    return new ImageCoupling({ ...shared, conditioner: new ConvNet({ ...imageCouplingSizes(shared), width }) })
  })
  return new VariationalDequantiser({ bijector: new Chain(couplings) })
}
