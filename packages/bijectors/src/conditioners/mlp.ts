import { type Config, check, initialisers } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type Activation, activations, checkActivation } from './activation.js'
import { Conditioner } from './conditioner.js'
import { Dense } from './dense.js'
import { asRows, fromRows } from './rows.js'

/** Options of {@link MLP}. */
export interface MLPOptions {
  inputs: number
  outputs: number
  /** Widths of the hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Default `relu`. */
  activation?: Activation
  /** Whether the last layer starts at zero, which makes most families start as the identity. Default true. */
  zeroOutput?: boolean
}

/**
 * A multi-layer perceptron, `[...batch, inputs]` to `[...batch, outputs]`: dense layers with an activation between them.
 *
 * @throws EbbflowError `argument` for widths that are not positive integers, or an unknown activation.
 * @example
 * ```ts
 * const mlp = new MLP({ inputs: 1, outputs: 2, hidden: [64, 64], activation: 'silu' }).init({ seed: 1 })
 * ```
 */
export class MLP extends Conditioner {
  static readonly type: string = 'mlp'
  readonly inputs: number
  readonly outputs: number
  private readonly options: Required<MLPOptions>
  private readonly layers: readonly Dense[]

  constructor(options: MLPOptions) {
    super()
    const { inputs, outputs, hidden = [64, 64], activation = 'relu', zeroOutput = true } = options
    checkActivation(activation)
    for (const width of [...hidden, outputs])
      check(Number.isInteger(width) && width > 0, 'a layer width must be a positive integer', {
        expected: 'a whole number of 1 or more',
        received: `${width}`,
      })
    this.inputs = inputs
    this.outputs = outputs
    this.options = { inputs, outputs, hidden: [...hidden], activation, zeroOutput }
    const widths = [inputs, ...hidden, outputs]
    this.layers = widths.slice(1).map((width, i) => {
      const last = i === hidden.length
      const init = last ? (zeroOutput ? initialisers.zeros : initialisers.glorotUniform) : initialisers.heNormal
      return this.child(String(i), new Dense(widths[i]!, width, init))
    })
  }

  static fromConfig(config: Config): MLP {
    return new MLP(config as unknown as MLPOptions)
  }
  config(): Config {
    return { ...this.options }
  }

  apply(x: tf.Tensor): tf.Tensor {
    const activate = activations[this.options.activation]
    let h: tf.Tensor = asRows(x, this.inputs)
    for (const [i, layer] of this.layers.entries()) h = layer.apply(i === 0 ? h : activate(h))
    return fromRows(h, x)
  }
}
