import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  check,
  describe,
  expectEvent,
  type Mapped,
  type Shape,
  showShape,
  sumEvent,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Conditioner } from '../conditioners/conditioner.js'
import { imageContext } from '../conditioners/context.js'
import { type Family, type FamilyParameters, rawSize } from '../families/family.js'
import { splitRaw } from '../families/raw.js'
import { asImages, checkImage, fromImages, type ImageShape } from '../image/shape.js'
import { passThrough } from './coupling.js'

/** Which part of an image passes through a coupling: some channels, or the pixels of one colour of a checkerboard. */
export type ImageMask = 'channel' | 'checkerboard'

/** Options of {@link ImageCoupling}. */
export interface ImageCouplingOptions {
  /** Height, width and channels of an image. */
  shape: Shape
  /** The elementwise maps of what is changed. */
  family: Family
  /** From what passes and the context to the raw parameters of the family, pixel by pixel: convolutions, mostly. */
  conditioner: Conditioner
  /** Default `channel`. */
  mask?: ImageMask
  /** Whether the other part passes: the last channels, or the pixels for which row + column is odd. Default false. */
  flip?: boolean
  /** With `channel`, how many channels pass. Default half of them, rounded down. */
  split?: number
  /** C, the size of the context. Default 0: none. */
  context?: number
}

/** What the conditioner of an image coupling must take and give, in channels. */
export function imageCouplingSizes(options: Omit<ImageCouplingOptions, 'conditioner'>): {
  inputs: number
  outputs: number
} {
  const { shape, family, mask = 'channel', context = 0 } = options
  const channels = checkImage(shape)[2]
  if (mask === 'checkerboard') return { inputs: channels + context, outputs: channels * rawSize(family) }
  const split = options.split ?? passThrough(channels)
  return { inputs: split + context, outputs: (channels - split) * rawSize(family) }
}

/**
 * A coupling layer for images: with b the mask of what passes, y = b ⊙ x + (1 − b) ⊙ f(x; θ(b ⊙ x, context)), log|det| the sum of
 * log|∂f/∂x| over what does not, for x of shape `[...batch, h, w, c]`. The masks are those of RealNVP: half of the channels, or a
 * checkerboard of pixels (Dinh et al. 2017, arXiv 1605.08803, section 3.4). Both directions are one pass through the conditioner.
 *
 * A context `[...batch, C]` joins the conditioner's input as C constant channels; one of the rank of x, `[...batch, h, w, C]`, as it is.
 *
 * @throws EbbflowError `argument` for sizes that the conditioner does not have, or a mask that leaves nothing to change or nothing to
 * condition on; `shape` for another event, or a context of another size.
 * @example
 * ```ts
 * const options = { shape: [8, 8, 4], family: affine(), mask: 'checkerboard' }
 * const conditioner = new ConvNet({ ...imageCouplingSizes(options), width: 16 })
 * const layer = new ImageCoupling({ ...options, conditioner }).init()
 * ```
 */
export class ImageCoupling extends Bijector {
  static readonly type: string = 'image-coupling'
  readonly shape: ImageShape
  readonly mask: ImageMask
  readonly flip: boolean
  readonly split: number
  readonly context: number
  readonly family: Family
  readonly conditioner: Conditioner
  readonly inputRank = 3
  readonly outputRank = 3
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }

  constructor(options: ImageCouplingOptions) {
    super()
    const { family, conditioner, mask = 'channel', flip = false, context = 0 } = options
    this.shape = checkImage(options.shape)
    const [h, w, c] = this.shape
    check(mask === 'channel' || mask === 'checkerboard', 'unknown mask', {
      expected: 'channel or checkerboard',
      received: `${mask}`,
    })
    const channelwise = mask === 'channel'
    check(channelwise || options.split === undefined, 'a checkerboard does not split channels', {
      expected: 'no split',
      received: `${options.split}`,
    })
    const split = channelwise ? (options.split ?? passThrough(c)) : 0
    check(Number.isInteger(split) && split >= 0 && split < c, 'a coupling must change some channels', {
      expected: `a split from 0 to ${c - 1}`,
      received: `${split}`,
    })
    check(channelwise ? split + context > 0 : h * w > 1, 'a coupling must pass some values through', {
      expected: channelwise ? 'two channels or more, or a context' : 'two pixels or more',
      received: showShape(this.shape),
    })
    const { inputs, outputs } = imageCouplingSizes(options)
    check(conditioner.inputs === inputs && conditioner.outputs === outputs, 'the conditioner does not fit', {
      expected: `${inputs} inputs and ${outputs} outputs`,
      received: `${conditioner.inputs} and ${conditioner.outputs}`,
    })
    this.mask = mask
    this.flip = flip
    this.split = split
    this.context = context
    this.family = family
    this.cost = { forward: 'closed', inverse: family.inverseCost ?? 'closed' }
    this.conditioner = this.child('conditioner', conditioner)
  }

  static fromConfig(config: Config, build: Build): ImageCoupling {
    const { family, conditioner, ...rest } = config
    return new ImageCoupling({
      ...(rest as unknown as Omit<ImageCouplingOptions, 'family' | 'conditioner'>),
      family: build(family ?? null) as Family,
      conditioner: build(conditioner ?? null) as Conditioner,
    })
  }
  config(): Config {
    const { shape, mask, flip, split, context } = this
    const parts = { family: describe(this.family), conditioner: describe(this.conditioner) }
    return { shape, mask, flip, context, ...(mask === 'channel' && { split }), ...parts }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    return this.couple(x, call, (parameters, part) => this.family.forward(parameters, part))
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    return this.couple(y, call, (parameters, part) => this.family.inverse(parameters, part))
  }

  private couple(x: tf.Tensor, call: Call, map: FamilyMap): Mapped {
    const run = this.mask === 'channel' ? this.coupleChannels : this.couplePixels
    const context = imageContext(x, this.shape, this.context, call)
    const { value, logDet } = run.call(this, asImages(x), context && asImages(context), call, map)
    return { value: fromImages(value, x), logDet: tf.reshape(sumEvent(logDet, 3), x.shape.slice(0, -3)) }
  }

  private coupleChannels(x: tf.Tensor, context: tf.Tensor | undefined, call: Call, map: FamilyMap): Mapped {
    const { split, flip } = this
    const [h, w, c] = this.shape
    const changed = c - split
    const cut = (begin: number, size: number): tf.Tensor => tf.slice(x, [0, 0, 0, begin], [x.shape[0]!, h, w, size])
    const passing = split === 0 ? [] : [cut(flip ? changed : 0, split)]
    const part = split === 0 ? x : cut(flip ? 0 : split, changed)
    const raw = this.conditioner.apply(join([...passing, ...(context ? [context] : [])]), call)
    const { value, logDet } = map(this.family.constrain(splitRaw(this.family, raw, changed)), part)
    return { value: join(flip ? [value, ...passing] : [...passing, value]), logDet }
  }

  private couplePixels(x: tf.Tensor, context: tf.Tensor | undefined, call: Call, map: FamilyMap): Mapped {
    const [h, w, c] = this.shape
    const change = checkerboard(h, w, c, !this.flip)
    const passing = tf.mul(x, checkerboard(h, w, c, this.flip))
    const raw = this.conditioner.apply(join([passing, ...(context ? [context] : [])]), call)
    // the identity where values pass, lest what is masked below overflow
    const masked = tf.mul(raw, checkerboard(h, w, 1, !this.flip))
    const { value, logDet } = map(this.family.constrain(splitRaw(this.family, masked, c)), x)
    return { value: tf.add(passing, tf.mul(value, change)), logDet: tf.mul(logDet, change) }
  }
}

type FamilyMap = (parameters: FamilyParameters, x: tf.Tensor) => Mapped

const join = (parts: tf.Tensor[]): tf.Tensor => (parts.length === 1 ? parts[0]! : tf.concat(parts, 3))

/** Ones at the pixels for which row + column is odd (or even), zeros elsewhere: `[h, w, c]`. */
const checkerboard = (h: number, w: number, c: number, odd: boolean): tf.Tensor =>
  tensor(
    Float64Array.from({ length: h * w * c }, (_, i) => {
      const pixel = Math.floor(i / c)
      return (Math.floor(pixel / w) + (pixel % w)) % 2 === Number(odd) ? 1 : 0
    }),
    [h, w, c],
  )
