import { Bijector, type Config, check, constant, EbbflowError, type Mapped, type Shape, showShape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link Squeeze}. */
export interface SqueezeOptions {
  /** f, the side of the blocks that become channels. Default 2. */
  factor?: number
}

/**
 * Squeezing: each f×f block of pixels becomes one pixel of f² times the channels, log|det| = 0; `[...batch, h, w, c]` to
 * `[...batch, h / f, w / f, f² c]` (Dinh et al. 2017, arXiv 1605.08803, section 3.6).
 *
 * Channel f² k + f i + j is the pixel in row i and column j of the block, of the input's channel k: the order of Glow and nflows.
 *
 * @throws EbbflowError `argument` for a factor that is not a whole number of at least 2, `shape` for sides that it does not divide.
 * @example
 * ```ts
 * const y = new Squeeze().forward(tf.zeros([5, 28, 28, 1])) // [5, 14, 14, 4]
 * ```
 */
export class Squeeze extends Bijector {
  static readonly type: string = 'squeeze'
  readonly factor: number
  readonly inputRank = 3
  readonly outputRank = 3
  readonly cost = { forward: 'closed', inverse: 'closed' } as const

  constructor({ factor = 2 }: SqueezeOptions = {}) {
    super()
    check(Number.isInteger(factor) && factor >= 2, 'a squeeze needs blocks of at least 2×2', {
      expected: 'a whole number of 2 or more',
      received: `${factor}`,
    })
    this.factor = factor
  }

  static fromConfig(config: Config): Squeeze {
    return new Squeeze(config as SqueezeOptions)
  }
  config(): Config {
    return { factor: this.factor }
  }

  override outputShape(event: Shape): Shape {
    const [h, w, c] = event as [number, number, number]
    const f = this.factor
    if (h % f !== 0 || w % f !== 0)
      throw new EbbflowError('shape', 'the sides of the image cannot be squeezed', {
        expected: `multiples of ${f}`,
        received: showShape(event),
      })
    return [h / f, w / f, f * f * c]
  }

  override inputShape(event: Shape): Shape {
    const [h, w, c] = event as [number, number, number]
    const f = this.factor
    if (c % (f * f) !== 0)
      throw new EbbflowError('shape', 'the channels do not make blocks', {
        expected: `a multiple of ${f * f} channels`,
        received: showShape(event),
      })
    return [f * h, f * w, c / (f * f)]
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const { batch, h, w, c } = sizes(x)
    const f = this.factor
    const blocks = tf.reshape(x, [(batch.size * h) / f, f, w / f, f, c])
    const value = tf.reshape(tf.transpose(blocks, [0, 2, 4, 1, 3]), [...batch.shape, h / f, w / f, f * f * c])
    return { value, logDet: constant(0, batch.shape) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const { batch, h, w, c } = sizes(y)
    const f = this.factor
    const blocks = tf.reshape(y, [batch.size * h, w, c / (f * f), f, f])
    const value = tf.reshape(tf.transpose(blocks, [0, 3, 1, 4, 2]), [...batch.shape, f * h, f * w, c / (f * f)])
    return { value, logDet: constant(0, batch.shape) }
  }
}

function sizes(x: tf.Tensor) {
  const shape = x.shape.slice(0, -3)
  const [h, w, c] = x.shape.slice(-3) as [number, number, number]
  return { batch: { shape, size: shape.reduce((a, b) => a * b, 1) }, h, w, c }
}
