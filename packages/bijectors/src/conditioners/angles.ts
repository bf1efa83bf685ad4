import { type Build, type Call, type Config, check, describe, type Json } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Conditioner } from './conditioner.js'

/**
 * A conditioner whose first inputs are angles in radians, which the network gets by their cosines and sines, so that it is continuous
 * round the circle: `[...batch, angles + rest]` to the network's outputs; the network takes `2 angles + rest` inputs.
 *
 * @throws EbbflowError `argument` for a network with too few inputs.
 * @example
 * ```ts
 * const conditioner = new Angles(1, new MLP({ inputs: 2, outputs: 3 })).init()
 * ```
 */
export class Angles extends Conditioner {
  static readonly type: string = 'angles'
  readonly inputs: number
  readonly outputs: number
  readonly angles: number
  readonly network: Conditioner

  constructor(angles: number, network: Conditioner) {
    super()
    check(Number.isInteger(angles) && angles >= 0 && network.inputs >= 2 * angles, 'the network does not fit', {
      expected: `${2 * angles} inputs or more`,
      received: `${network.inputs}`,
    })
    this.angles = angles
    this.inputs = network.inputs - angles
    this.outputs = network.outputs
    this.network = this.child('network', network)
  }

  static fromConfig(config: Config, build: Build): Angles {
    return new Angles(config.angles as number, build(config.network as Json) as Conditioner)
  }
  config(): Config {
    return { angles: this.angles, network: describe(this.network) }
  }

  apply(x: tf.Tensor, call: Call): tf.Tensor {
    const lead = x.shape.slice(0, -1)
    const cut = (begin: number, size: number): tf.Tensor => tf.slice(x, [...lead.map(() => 0), begin], [...lead, size])
    const angle = cut(0, this.angles)
    const rest = this.inputs === this.angles ? [] : [cut(this.angles, this.inputs - this.angles)]
    return this.network.apply(tf.concat([tf.cos(angle), tf.sin(angle), ...rest], x.rank - 1), call)
  }
}
