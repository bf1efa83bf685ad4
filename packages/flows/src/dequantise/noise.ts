import { type Call, type Config, constant, Module, rngOf } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** Noise u in (0, 1), one a value, and its log-density given the data, of shape `[...batch]`. */
export interface DequantisationNoise {
  value: tf.Tensor
  logProb: tf.Tensor
}

/** The distribution q(u | v) of the noise that makes quantised data v continuous. */
export abstract class Dequantiser extends Module {
  /** Draws noise from `call.rng` for data `[...batch, ...event]`, scaled to [−1, 1], of an event of `rank` axes. */
  abstract draw(data: tf.Tensor, rank: number, call: Call): DequantisationNoise
}

/**
 * Uniform dequantisation: q(u | v) = 1 on (0, 1) (Theis et al. 2016, arXiv 1511.01844, section 3.1).
 *
 * @example
 * ```ts
 * const model = new Dequantised({ flow: realNVP({ dimensions: 2 }), dequantiser: new UniformDequantiser(), levels: 8 })
 * ```
 */
export class UniformDequantiser extends Dequantiser {
  static readonly type: string = 'uniform-dequantiser'

  static fromConfig(): UniformDequantiser {
    return new UniformDequantiser()
  }
  config(): Config {
    return {}
  }

  draw(data: tf.Tensor, rank: number, call: Call): DequantisationNoise {
    const value = rngOf(call, 'dequantisation').uniform(data.shape)
    return { value, logProb: constant(0, data.shape.slice(0, data.rank - rank)) }
  }
}
