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
  slogdet,
  solve,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { frequencyResponse, halfWidth, inverseTransform, multiplicity, transform } from './fourier.js'
import { diagonalKernel } from './masked/solve.js'
import { asImages, checkImage, checkKernel, fromImages, type ImageShape } from './shape.js'

/** Options of {@link PeriodicConvolution}. */
export interface PeriodicConvolutionOptions {
  /** Height, width and channels of an image. */
  shape: Shape
  /** Side of the kernel, odd, and no larger than the image. Default 3. */
  kernel?: number
}

/**
 * A periodic convolution: y = w ⋆ x on an image whose edges meet, log|det| = Σ over frequencies f of ln|det ŵ(f)|, with ŵ(f) the c × c
 * complex matrix by which it multiplies frequency f; for x of shape `[...batch, h, w, c]` (Hoogeboom et al. 2019, arXiv
 * 1901.11137).
 *
 * The inverse solves one c × c complex system a frequency and row, between two Fourier transforms by matrix products; a real image needs
 * half of the frequencies. The determinant costs O(h w c³). It starts near the identity.
 *
 * @throws EbbflowError `argument` for a kernel that is even or larger than the image, `shape` for another event; `singular`, from the
 * inverse, when a frequency is lost.
 * @example
 * ```ts
 * const layer = new PeriodicConvolution({ shape: [8, 8, 4] }).init({ seed: 1 })
 * const x = layer.inverse(tf.ones([2, 8, 8, 4]))
 * ```
 */
export class PeriodicConvolution extends Bijector {
  static readonly type: string = 'periodic-convolution'
  readonly shape: ImageShape
  readonly kernel: number
  readonly inputRank = 3
  readonly outputRank = 3
  readonly cost = { forward: 'closed', inverse: 'closed' } as const
  override readonly illConditioned = true
  private readonly weights: Slot

  constructor({ shape, kernel = 3 }: PeriodicConvolutionOptions) {
    super()
    this.shape = checkImage(shape)
    checkKernel(kernel)
    const [h, w, c] = this.shape
    check(kernel <= h && kernel <= w, 'the kernel is larger than the image', {
      expected: `at most ${Math.min(h, w)}`,
      received: `${kernel}`,
    })
    this.kernel = kernel
    const noise = initialisers.normal(0.1 / (kernel * Math.sqrt(c)))
    this.weights = this.param('weights', [kernel, kernel, c, c], (size, rng) =>
      tf.add(noise(size, rng), diagonalKernel(constant(1, [c]), kernel)),
    )
  }

  static fromConfig(config: Config): PeriodicConvolution {
    return new PeriodicConvolution(config as unknown as PeriodicConvolutionOptions)
  }
  config(): Config {
    return { shape: this.shape, kernel: this.kernel }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const wrapped = wrap(wrap(asImages(x), 1, this.kernel), 2, this.kernel) as tf.Tensor4D
    const value = tf.conv2d(wrapped, this.weights.value as tf.Tensor4D, 1, 'valid')
    return { value: fromImages(value, x), logDet: this.logDet(this.response(), x, 1) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const [h, w, c] = this.shape
    const images = asImages(y)
    const rows = images.shape[0]
    const response = this.response()
    const { re, im } = transform(tf.reshape(tf.transpose(images, [1, 2, 3, 0]), [h, w, c * rows]))
    const stacked = [re, im].map((part) => tf.reshape(part, [h * halfWidth(w), c, rows]))
    const solved = solve(response, tf.concat(stacked, 1))
    const [xRe, xIm] = [0, c].map((from) => {
      const part = tf.slice(solved, [0, from, 0], [-1, c, -1])
      return tf.reshape(part, [h, halfWidth(w), c * rows])
    })
    const back = tf.reshape(inverseTransform({ re: xRe!, im: xIm! }, w), [h, w, c, rows])
    return { value: fromImages(tf.transpose(back, [3, 0, 1, 2]), y), logDet: this.logDet(response, y, -1) }
  }

  private response(): tf.Tensor {
    return frequencyResponse(this.weights.value, this.shape[0], this.shape[1])
  }

  private logDet(response: tf.Tensor, x: tf.Tensor, sign: number): tf.Tensor {
    const [h, w] = this.shape
    const { logAbsDet } = slogdet(response)
    // the determinant of the real matrix is the complex one's squared
    const counts = tensor(multiplicity(w).map((n) => (sign * n) / 2))
    const sum = tf.sum(tf.mul(tf.reshape(logAbsDet, [h, halfWidth(w)]), counts))
    return tf.add(sum, constant(0, x.shape.slice(0, -3)))
  }
}

/** x with its opposite edges joined on along an axis, as far as a kernel reaches. */
function wrap(x: tf.Tensor, axis: number, kernel: number): tf.Tensor {
  const reach = (kernel - 1) / 2
  if (reach === 0) return x
  const edge = (from: number): tf.Tensor => {
    const begin = x.shape.map((_, d) => (d === axis ? from : 0))
    return tf.slice(
      x,
      begin,
      x.shape.map((n, d) => (d === axis ? reach : n)),
    )
  }
  return tf.concat([edge(x.shape[axis]! - reach), x, edge(0)], axis)
}
