import {
  type Build,
  type Call,
  type Config,
  check,
  constant,
  describe,
  expectShape,
  located,
  Module,
  type Rng,
  type Shape,
  sizeOf,
  splitShape,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Flow } from '../flow.js'
import type { FlowSampleOptions } from '../view.js'
import { type Dequantiser, UniformDequantiser } from './noise.js'

/** Options of {@link Dequantised}. */
export interface DequantisedOptions {
  /** A density of data scaled to [0, 1]: of x = (v + u) / levels. */
  flow: Flow | Flow<tf.Tensor>
  /** Number of levels: the data are the whole numbers 0 … levels − 1. Default 256. */
  levels?: number
  /** The noise u. Default uniform. */
  dequantiser?: Dequantiser
}

/** Options of {@link Dequantised.elbo}. */
export interface ElboOptions {
  /** Source of the noise. */
  rng: Rng
  /** Draws of noise that are averaged. Default 1. */
  samples?: number
  /** The context of a conditional flow. */
  context?: tf.Tensor
}

/**
 * A model of quantised data v, such as the levels of pixels: a flow of x = (v + u) / levels with noise u ~ q(u | v) on (0, 1), and by Jensen's
 * inequality log P(v) ≥ E[log p_X(x) − D ln levels − log q(u | v)] (Theis et al. 2016, arXiv 1511.01844, section 3.1; Ho et al.
 * 2019, arXiv 1902.00275, section 3.1).
 *
 * What it gives is that bound, estimated from draws: it has no `logProb`, which would promise the probability itself. `fit` maximises the
 * bound; `evaluate` gives its mean when asked for an estimate.
 *
 * @throws EbbflowError `argument` for levels that are not a whole number of at least 2, `shape` for another event.
 * @example
 * ```ts
 * const model = new Dequantised({ flow: realNVP({ dimensions: 2, layers: 2 }), levels: 8 }).init({ seed: 1 })
 * const v = tf.tensor2d([[0, 7], [3, 4]])
 * const bits = bitsPerDim(model.elbo(v, { rng: Rng.seed(2) }), { dimensions: 2 })
 * ```
 */
export class Dequantised extends Module {
  static readonly type: string = 'dequantised'
  readonly flow: Flow | Flow<tf.Tensor>
  readonly levels: number
  readonly dequantiser: Dequantiser
  readonly eventShape: Shape
  /** Every value is estimated: `evaluate` wants a generator. */
  readonly estimated = true

  constructor({ flow, levels = 256, dequantiser = new UniformDequantiser() }: DequantisedOptions) {
    super()
    check(Number.isInteger(levels) && levels >= 2, 'data have at least two levels', { received: `${levels}` })
    this.flow = this.child('flow', flow)
    this.levels = levels
    this.dequantiser = this.child('dequantiser', dequantiser)
    this.eventShape = flow.eventShape
  }

  static fromConfig(config: Config, build: Build): Dequantised {
    return new Dequantised({
      flow: build(config.flow ?? null) as Flow,
      levels: config.levels as number,
      dequantiser: build(config.dequantiser ?? null) as Dequantiser,
    })
  }
  config(): Config {
    return { flow: describe(this.flow), levels: this.levels, dequantiser: describe(this.dequantiser) }
  }

  /** C, the size of the flow's context. */
  get context(): number {
    return this.flow.context
  }

  /** A lower bound of log P(v) in nats, without bias from the draws, of shape `[...batch]` for v of shape `[...batch, ...event]`. */
  elbo(v: tf.Tensor, { rng, samples = 1, context }: ElboOptions): tf.Tensor {
    check(Number.isInteger(samples) && samples >= 1, 'a bound needs a sample', { received: `${samples}` })
    const base: Call = { mode: 'eval', estimate: true, ...(context && { context }) }
    return tf.tidy(() => {
      const draws = Array.from({ length: samples }, (_, i) => this.logProbIn(v, { ...base, rng: rng.split(i) }))
      return samples === 1 ? draws[0]! : tf.mul(tf.addN(draws), constant(1 / samples))
    })
  }

  /** The bound from one draw of noise: what `fit` maximises. */
  logProbIn(v: tf.Tensor, call: Call): tf.Tensor {
    try {
      return tf.tidy(() => {
        const rank = this.eventShape.length
        expectShape(splitShape(v.shape, rank).event, this.eventShape, 'event shape')
        const { levels } = this
        const centred = tf.sub(tf.mul(v, constant(2 / (levels - 1))), 1)
        const noise = this.dequantiser.draw(centred, rank, call)
        const x = tf.mul(tf.add(v, noise.value), constant(1 / levels))
        const logScale = constant(sizeOf(this.eventShape) * Math.log(levels))
        return tf.sub(tf.sub(this.flow.logProbIn(x, call), logScale), noise.logProb)
      })
    } catch (error) {
      throw located(error, this)
    }
  }

  /** Draws of v, whole numbers from 0 to levels − 1, of shape `[...shape, ...event]`. */
  sample(shape: number | Shape = [], options: FlowSampleOptions & { context?: tf.Tensor } = {}): tf.Tensor {
    return tf.tidy(() => {
      const x = (this.flow as Flow).sample(shape, options as FlowSampleOptions)
      return tf.clipByValue(tf.floor(tf.mul(x, this.levels)), 0, this.levels - 1)
    })
  }
}
