import { type Initialiser, initialisers, Module, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** A dense layer y = x W + b for x of shape `[rows, inputs]`, with parameters `kernel` `[inputs, outputs]` and `bias` `[outputs]`. */
export class Dense extends Module {
  private readonly kernel: Slot
  private readonly bias: Slot

  constructor(inputs: number, outputs: number, init: Initialiser) {
    super()
    this.kernel = this.param('kernel', [inputs, outputs], init)
    this.bias = this.param('bias', [outputs], initialisers.zeros)
  }

  apply(x: tf.Tensor): tf.Tensor {
    return tf.add(tf.matMul(x as tf.Tensor2D, this.kernel.value as tf.Tensor2D), this.bias.value)
  }
}
