import {
  type Call,
  type Config,
  check,
  EVAL,
  type Initialiser,
  initialisers,
  Module,
  type Shape,
  type Slot,
  update,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { asImages, checkImage, checkKernel, fromImages } from '../image/shape.js'
import { LipschitzNet } from './lipschitz-net.js'
import { checkSmooth, type SmoothActivation, smooth } from './smooth-activation.js'
import { convolutionNorm, convolutionNormalised } from './spectral.js'

/** Options of {@link LipschitzConvNet}. */
export interface LipschitzConvNetOptions {
  /** Height, width and channels of an image. */
  shape: Shape
  /** C, the channels of a context that come in after those of the image. Default 0: none. */
  context?: number
  /** Channels of the two hidden layers. Default 32. */
  width?: number
  /** Side of the first and the last kernel, odd; the middle one is 1×1. Default 3. */
  kernel?: number
  /** Default `lipswish`. */
  activation?: SmoothActivation
  /** Largest spectral norm of each convolution, below 1: the margin by which power iteration may under-estimate. Default 0.9. */
  coefficient?: number
  /** Steps of power iteration a call. Default 5. */
  steps?: number
}

interface Layer {
  readonly kernel: Slot
  readonly bias: Slot
  readonly vector: Slot
  readonly beta: Slot | undefined
}

/**
 * Zero-padded convolutions k×k, 1×1, k×k of Lipschitz constant at most coefficient³ < 1, as in residual flows for images: each kernel is divided by
 * max(1, σ / coefficient) with σ the norm of the convolution as a map of images, by power iteration with the convolution and its
 * transpose (Gouk et al. 2018, arXiv 1804.04368; Behrmann et al. 2019, arXiv 1811.00995, section 2).
 *
 * The iteration's images are states, as in `LipschitzMLP`. The norms are those of image and context together, and so bound the map of the image.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, an even kernel, a coefficient outside (0, 1), or ReLU.
 * @example
 * ```ts
 * const net = new LipschitzConvNet({ shape: [4, 4, 2], width: 8 }).init({ seed: 1 })
 * const layer = new InvertibleResidual({ net, logDet: { roulette: {} } })
 * ```
 */
export class LipschitzConvNet extends LipschitzNet {
  static readonly type: string = 'lipschitz-conv-net'
  readonly event: Shape
  readonly inputs: number
  readonly lipschitz: number
  private readonly options: Required<LipschitzConvNetOptions>
  private readonly layers: readonly Layer[]

  constructor(options: LipschitzConvNetOptions) {
    super()
    const { context = 0, width = 32, kernel = 3, activation = 'lipswish', coefficient = 0.9, steps = 5 } = options
    const [h, w, channels] = checkImage(options.shape)
    checkSmooth(activation)
    checkKernel(kernel)
    for (const n of [width, steps])
      check(Number.isInteger(n) && n > 0, 'channels and steps must be positive integers', {
        expected: 'a whole number of 1 or more',
        received: `${n}`,
      })
    check(Number.isInteger(context) && context >= 0, 'the context size must be a whole number', {
      expected: 'a whole number of 0 or more',
      received: `${context}`,
    })
    check(coefficient > 0 && coefficient < 1, 'the spectral norms must be kept below 1', {
      expected: 'a coefficient in (0, 1)',
      received: `${coefficient}`,
    })
    this.event = [h, w, channels]
    this.inputs = channels + context
    this.options = { shape: this.event, context, width, kernel, activation, coefficient, steps }
    this.lipschitz = coefficient ** 3
    const sizes = [
      [kernel, this.inputs, width],
      [1, width, width],
      [kernel, width, channels],
    ] as const
    this.layers = sizes.map(([size, inputs, outputs], i) =>
      this.child(String(i), new Part([h, w], [size, size, inputs, outputs], activation === 'lipswish' && i > 0)),
    )
  }

  static fromConfig(config: Config): LipschitzConvNet {
    return new LipschitzConvNet(config as unknown as LipschitzConvNetOptions)
  }
  config(): Config {
    return { ...this.options }
  }

  weights(call: Call = EVAL): tf.Tensor[] {
    const { coefficient, steps } = this.options
    return this.layers.flatMap(({ kernel, bias, vector, beta }) => {
      const next = convolutionNormalised(kernel.value as tf.Tensor4D, vector.value as tf.Tensor4D, coefficient, steps)
      if (call.mode === 'train') update(call, vector, next.vector)
      return [next.kernel, bias.value, ...(beta ? [beta.value] : [])]
    })
  }

  /** f(x), `[...batch, h, w, c]`, for x of shape `[...batch, h, w, c + C]`, by the tensors of `weights`. */
  apply(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor {
    let h: tf.Tensor4D = asImages(x)
    let at = 0
    const take = (): tf.Tensor => weights[at++]!
    for (const [i, { beta }] of this.layers.entries()) {
      const [kernel, bias] = [take(), take()]
      const slope = beta ? take() : undefined
      const active = i === 0 ? h : (smooth(this.options.activation, h, slope) as tf.Tensor4D)
      h = tf.add(tf.conv2d(active, kernel as tf.Tensor4D, 1, 'same'), bias)
    }
    return fromImages(h, x)
  }

  /**
   * An upper bound of the Lipschitz constant: the product of the normalised convolutions' true norms, by the singular values of their matrices in
   * double; of images of more than 128 values on a layer's smaller side, of bounds of the norms by Fourier transform.
   */
  lipschitzBound(): number {
    const [h, w] = this.event as [number, number]
    const norms: number[] = []
    tf.tidy(() => {
      for (const kernel of this.weights().filter(({ rank }) => rank === 4))
        norms.push(convolutionNorm(kernel.dataSync(), kernel.shape, h, w))
    })
    return norms.reduce((a, b) => a * b, 1)
  }
}

/** One convolution: kernel, bias, the power iteration's image, and the slope of the activation before it. */
class Part extends Module implements Layer {
  readonly kernel: Slot
  readonly bias: Slot
  readonly beta: Slot | undefined
  readonly vector: Slot

  constructor([h, w]: readonly [number, number], shape: readonly [number, number, number, number], slope: boolean) {
    super()
    this.kernel = this.param('kernel', shape, initialisers.heNormal)
    this.bias = this.param('bias', [shape[3]], initialisers.zeros)
    this.beta = slope ? this.param('beta', [], initialisers.filled(0.5)) : undefined
    // the starting image has been through some steps already, so that the first call's estimate is good
    const settled: Initialiser = (shape, rng) =>
      convolutionNormalised(this.kernel.value as tf.Tensor4D, rng.normal(shape) as tf.Tensor4D, 1, 50).vector
    this.vector = this.state('vector', [1, h, w, shape[3]], settled)
  }
}
