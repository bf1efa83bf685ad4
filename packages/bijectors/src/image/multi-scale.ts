import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  check,
  describe,
  EbbflowError,
  expectEvent,
  type Json,
  located,
  type Mapped,
  type Shape,
  showShape,
  sizeOf,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkImage, type ImageShape } from './shape.js'

/** Options of {@link MultiScale}. */
export interface MultiScaleOptions {
  /** Height, width and channels of an image. */
  shape: Shape
  /** The levels from the image on: each takes what the one before it kept, and may squeeze it; at least one. */
  levels: readonly Bijector[]
}

/**
 * Multi-scale composition: after each level but the last, half of the channels, rounded down, go on to the next level, and the others leave;
 * what left and what came through is laid out as one vector, that of the first level first: `[...batch, h, w, c]` to
 * `[...batch, h·w·c]`, log|det| the sum of the levels' (Dinh et al. 2017, arXiv 1605.08803, section 3.6).
 *
 * A level is any bijector of images. A learned prior of what leaves, given what stays, is a last step of its level: see {@link splitPrior}.
 *
 * @throws EbbflowError `argument` without levels, `shape` for levels that do not fit the image, naming the level.
 * @example
 * ```ts
 * const level = (shape) => new Chain([new Squeeze(), new ActNorm({ shape })])
 * const layer = new MultiScale({ shape: [8, 8, 1], levels: [level([4, 4, 4]), level([2, 2, 8])] }).init()
 * const z = layer.forward(tf.zeros([5, 8, 8, 1])) // [5, 64]
 * ```
 */
export class MultiScale extends Bijector {
  static readonly type: string = 'multi-scale'
  readonly shape: ImageShape
  readonly levels: readonly Bijector[]
  readonly inputRank = 3
  readonly outputRank = 1
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }
  /** What comes out of each level, before it is split. */
  private readonly shapes: readonly ImageShape[]

  constructor({ shape, levels }: MultiScaleOptions) {
    super()
    this.shape = checkImage(shape)
    check(levels.length > 0, 'a multi-scale composition needs a level', {
      expected: 'one level or more',
      received: 'none',
    })
    this.levels = levels.map((level, i) => this.child(String(i), level))
    let next: Shape = this.shape
    this.shapes = this.levels.map((level, i) => {
      const out = this.passed(level, next)
      const last = i === levels.length - 1
      if (!last && out[2] < 2)
        throw located(
          new EbbflowError('shape', 'a level must leave channels to split', {
            expected: 'two channels or more',
            received: showShape(out),
          }),
          this,
        )
      next = [out[0], out[1], kept(out)]
      return out
    })
    this.cost = { forward: slowest(levels, 'forward'), inverse: slowest(levels, 'inverse') }
  }

  static fromConfig(config: Config, build: Build): MultiScale {
    const levels = (config.levels as readonly Json[]).map((level) => build(level) as Bijector)
    return new MultiScale({ shape: config.shape as Shape, levels })
  }
  config(): Config {
    return { shape: this.shape, levels: this.levels.map(describe) }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return [sizeOf(this.shape)]
  }

  override inputShape(event: Shape): Shape {
    expectEvent(event, [sizeOf(this.shape)])
    return this.shape
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const batch = x.shape.slice(0, -3)
    const left: tf.Tensor[] = []
    let logDet: tf.Tensor | undefined
    let image = x
    for (const [i, level] of this.levels.entries()) {
      const mapped = level.forwardAndLogDet(image, call)
      logDet = logDet ? tf.add(logDet, mapped.logDet) : mapped.logDet
      image = mapped.value
      if (i === this.levels.length - 1) break
      const stays = kept(this.shapes[i]!)
      left.push(flat(channels(image, stays, this.shapes[i]![2]), batch))
      image = channels(image, 0, stays)
    }
    return { value: tf.concat([...left, flat(image, batch)], batch.length), logDet: logDet! }
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const batch = y.shape.slice(0, -1)
    let end = sizeOf(this.shape)
    /** The last values that were not taken yet, as an image. */
    const take = ([h, w, c]: Shape): tf.Tensor => {
      const size = h! * w! * c!
      end -= size
      const part = tf.slice(y, [...batch.map(() => 0), end], [...batch, size])
      return tf.reshape(part, [...batch, h!, w!, c!])
    }
    let image: tf.Tensor | undefined
    let logDet: tf.Tensor | undefined
    for (let i = this.levels.length - 1; i >= 0; i--) {
      const [h, w, c] = this.shapes[i]!
      image = image ? tf.concat([image, take([h, w, c - kept(this.shapes[i]!)])], image.rank - 1) : take([h, w, c])
      const mapped = this.levels[i]!.inverseAndLogDet(image, call)
      image = mapped.value
      logDet = logDet ? tf.add(logDet, mapped.logDet) : mapped.logDet
    }
    return { value: image!, logDet: logDet! }
  }

  /** The shape that a level makes of another. */
  private passed(level: Bijector, shape: Shape): ImageShape {
    try {
      check(level.inputRank === 3 && level.outputRank === 3, 'a level must map images to images', {
        expected: 'a bijector from rank 3 to rank 3',
        received: `a bijector from rank ${level.inputRank} to rank ${level.outputRank}`,
      })
      return checkImage(level.outputShape(shape))
    } catch (error) {
      throw located(located(error, level), this)
    }
  }
}

/** How many channels go on to the next level. */
const kept = (shape: ImageShape): number => Math.floor(shape[2] / 2)

const channels = (x: tf.Tensor, from: number, to: number): tf.Tensor =>
  tf.slice(x, [...x.shape.slice(0, -1).map(() => 0), from], [...x.shape.slice(0, -1), to - from])

const flat = (x: tf.Tensor, batch: number[]): tf.Tensor => tf.reshape(x, [...batch, sizeOf(x.shape.slice(-3))])

function slowest(levels: readonly Bijector[], direction: 'forward' | 'inverse'): Cost {
  const costs = levels.map((level) => level.cost[direction])
  return costs.includes('iterative') ? 'iterative' : costs.includes('sequential') ? 'sequential' : 'closed'
}
