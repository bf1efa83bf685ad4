import { type Config, check, type Initialiser, initialisers, Module, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { asImages, checkKernel, fromImages } from '../image/shape.js'
import { type Activation, activations, checkActivation } from './activation.js'
import { Conditioner } from './conditioner.js'

/** A convolution with zero padding, with parameters `kernel` `[size, size, inputs, outputs]` and `bias` `[outputs]`. */
class Convolution extends Module {
  private readonly kernel: Slot
  private readonly bias: Slot

  constructor(size: number, inputs: number, outputs: number, init: Initialiser) {
    super()
    this.kernel = this.param('kernel', [size, size, inputs, outputs], init)
    this.bias = this.param('bias', [outputs], initialisers.zeros)
  }

  apply(x: tf.Tensor4D): tf.Tensor4D {
    return tf.add(tf.conv2d(x, this.kernel.value as tf.Tensor4D, 1, 'same'), this.bias.value)
  }
}

/** Options of {@link ConvNet}. */
export interface ConvNetOptions {
  /** Channels that come in, those of a context included. */
  inputs: number
  /** Channels that come out. */
  outputs: number
  /** Channels of the hidden layers. Default 32. */
  width?: number
  /** Side of the first and the last kernel, odd. Default 3. */
  kernel?: number
  /** Residual blocks h + W₂ a(W₁ a(h)), of a `kernel` and a 1×1 kernel, in the place of the 1×1 layer. Default 0: none. */
  blocks?: number
  /** Default `relu`. */
  activation?: Activation
  /** Whether the last layer starts at zero, which makes most families start as the identity. Default true. */
  zeroOutput?: boolean
}

/**
 * A convolutional network, `[...batch, h, w, inputs]` to `[...batch, h, w, outputs]`, zero-padded: layers 3×3, 1×1, 3×3 as in Glow
 * (Kingma & Dhariwal 2018, arXiv 1807.03039), or with residual blocks between the outer two as in RealNVP.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, an even kernel, or an unknown activation.
 * @example
 * ```ts
 * const net = new ConvNet({ inputs: 2, outputs: 4, width: 32 }).init({ seed: 1 })
 * ```
 */
export class ConvNet extends Conditioner {
  static readonly type: string = 'conv-net'
  readonly inputs: number
  readonly outputs: number
  private readonly options: Required<ConvNetOptions>
  private readonly first: Convolution
  private readonly middle: Convolution | undefined
  private readonly blocks: readonly (readonly [Convolution, Convolution])[]
  private readonly last: Convolution

  constructor(options: ConvNetOptions) {
    super()
    const { inputs, outputs, width = 32, kernel = 3, blocks = 0, activation = 'relu', zeroOutput = true } = options
    checkActivation(activation)
    checkKernel(kernel)
    for (const n of [inputs, outputs, width])
      check(Number.isInteger(n) && n > 0, 'channels must be positive integers', {
        expected: 'a whole number of 1 or more',
        received: `${n}`,
      })
    check(Number.isInteger(blocks) && blocks >= 0, 'blocks must be a whole number', {
      expected: 'a whole number of 0 or more',
      received: `${blocks}`,
    })
    this.inputs = inputs
    this.outputs = outputs
    this.options = { inputs, outputs, width, kernel, blocks, activation, zeroOutput }
    const { heNormal, normal, zeros } = initialisers
    this.first = this.child('first', new Convolution(kernel, inputs, width, heNormal))
    this.middle = blocks === 0 ? this.child('middle', new Convolution(1, width, width, heNormal)) : undefined
    this.blocks = Array.from({ length: blocks }, (_, i) => [
      this.child(`${i}a`, new Convolution(kernel, width, width, heNormal)),
      this.child(`${i}b`, new Convolution(1, width, width, normal(0.1 / Math.sqrt(width)))),
    ])
    const out = zeroOutput ? zeros : normal(0.1 / (kernel * Math.sqrt(width)))
    this.last = this.child('last', new Convolution(kernel, width, outputs, out))
  }

  static fromConfig(config: Config): ConvNet {
    return new ConvNet(config as unknown as ConvNetOptions)
  }
  config(): Config {
    return { ...this.options }
  }

  apply(x: tf.Tensor): tf.Tensor {
    const activate = activations[this.options.activation] as (h: tf.Tensor) => tf.Tensor4D
    let h = this.first.apply(asImages(x))
    if (this.middle) h = this.middle.apply(activate(h))
    for (const [a, b] of this.blocks) h = tf.add(h, b.apply(activate(a.apply(activate(h)))))
    return fromImages(this.last.apply(activate(h)), x)
  }
}
