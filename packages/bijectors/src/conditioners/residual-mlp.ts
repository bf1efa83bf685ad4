import { type Config, check, initialisers } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Activation, activations, checkActivation } from './activation.js'
import { Conditioner } from './conditioner.js'
import { Dense } from './dense.js'
import { asRows, fromRows } from './rows.js'

/** Options of {@link ResidualMLP}. */
export interface ResidualMLPOptions {
  inputs: number
  outputs: number
  /** Width of every hidden layer. Default 64. */
  width?: number
  /** Number of residual blocks. Default 2. */
  blocks?: number
  /** Default `relu`. */
  activation?: Activation
  /** Whether the last layer starts at zero. Default true. */
  zeroOutput?: boolean
}

/**
 * A residual network, `[...batch, inputs]` to `[...batch, outputs]`: a dense layer, blocks h + W₂ a(W₁ a(h)), and a dense layer, as the
 * neural spline flows use (Durkan et al. 2019, arXiv 1906.04032, appendix B).
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, or an unknown activation.
 * @example
 * ```ts
 * const net = new ResidualMLP({ inputs: 1, outputs: 23, width: 64, blocks: 2 }).init({ seed: 1 })
 * ```
 */
export class ResidualMLP extends Conditioner {
  static readonly type: string = 'residual-mlp'
  readonly inputs: number
  readonly outputs: number
  private readonly options: Required<ResidualMLPOptions>
  private readonly first: Dense
  private readonly blocks: readonly (readonly [Dense, Dense])[]
  private readonly last: Dense

  constructor(options: ResidualMLPOptions) {
    super()
    const { inputs, outputs, width = 64, blocks = 2, activation = 'relu', zeroOutput = true } = options
    checkActivation(activation)
    for (const n of [outputs, width, blocks])
      check(Number.isInteger(n) && n > 0, 'sizes must be positive integers', {
        expected: 'a whole number of 1 or more',
        received: `${n}`,
      })
    this.inputs = inputs
    this.outputs = outputs
    this.options = { inputs, outputs, width, blocks, activation, zeroOutput }
    const { heNormal, glorotUniform, zeros } = initialisers
    this.first = this.child('first', new Dense(inputs, width, heNormal))
    this.blocks = Array.from({ length: blocks }, (_, i) => [
      this.child(`${i}a`, new Dense(width, width, heNormal)),
      this.child(`${i}b`, new Dense(width, width, initialisers.normal(0.1 / Math.sqrt(width)))),
    ])
    this.last = this.child('last', new Dense(width, outputs, zeroOutput ? zeros : glorotUniform))
  }

  static fromConfig(config: Config): ResidualMLP {
    return new ResidualMLP(config as unknown as ResidualMLPOptions)
  }
  config(): Config {
    return { ...this.options }
  }

  apply(x: tf.Tensor): tf.Tensor {
    const activate = activations[this.options.activation]
    let h = this.first.apply(asRows(x, this.inputs))
    for (const [a, b] of this.blocks) h = tf.add(h, b.apply(activate(a.apply(activate(h)))))
    return fromRows(this.last.apply(activate(h)), x)
  }
}
