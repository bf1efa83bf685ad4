import {
  type Config,
  check,
  constant,
  type Initialiser,
  initialisers,
  Module,
  type Slot,
  tensor,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Order, orderOf } from '../autoregressive/order.js'
import { masksOf, type Plan, planOf } from '../autoregressive/plan.js'
import { type Activation, activations, checkActivation } from './activation.js'
import { Conditioner } from './conditioner.js'
import { asRows, fromRows } from './rows.js'

/** Options of {@link MADE}. */
export interface MADEOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** Sizes of the parameters that each value gets: `parameterSizes(family)`. */
  parameters: readonly number[]
  /** C, the size of the context, which every output may depend on. Default 0. */
  context?: number
  /** Widths of the hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Default `relu`. */
  activation?: Activation
  /** In which order values depend on those before. Default `natural`. */
  order?: Order
  /** Whether the values are angles in radians, which enter by their cosine and sine. Default false. */
  angles?: boolean
  /** Whether the last layer starts at zero. Default true. */
  zeroOutput?: boolean
}

/** A dense layer with a mask: y = x (M ⊙ W) + b for x of shape `[rows, inputs]`. */
class Masked extends Module {
  readonly kernel: Slot
  readonly bias: Slot
  private readonly mask: Float32Array

  constructor(inputs: number, outputs: number, mask: Float32Array, zero: boolean) {
    super()
    this.mask = mask
    this.kernel = this.param('kernel', [inputs, outputs], zero ? initialisers.zeros : heMasked(mask, outputs))
    this.bias = this.param('bias', [outputs], initialisers.zeros)
  }

  apply(x: tf.Tensor): tf.Tensor {
    const kernel = tf.mul(this.kernel.value, tensor(this.mask, this.kernel.shape))
    return tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), this.bias.value)
  }
}

/** Normal draws of variance 2 / (inputs that the mask lets through), unit by unit. */
const heMasked =
  (mask: Float32Array, outputs: number): Initialiser =>
  (shape, rng) => {
    const fanIn = new Float64Array(outputs)
    mask.forEach((open, i) => {
      fanIn[i % outputs]! += open
    })
    return tf.mul(rng.normal(shape), tensor(fanIn.map((n) => Math.sqrt(2 / Math.max(1, n)))))
  }

/**
 * The masked autoencoder for distribution estimation: a multi-layer perceptron `[...batch, D + C]` to `[...batch, D · parameters]` whose
 * outputs for a value depend on the values before it in the order, and on the context, alone (Germain et al. 2015, arXiv 1502.03509,
 * eq. 12–13).
 *
 * Each unit has a degree, the number of values that it may depend on; units are sorted by degree, so that the masks are block-triangular
 * and the network can be run value by value at the cost of one pass.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers, an unknown activation, or an order that is no permutation.
 * @example
 * ```ts
 * const made = new MADE({ dimensions: 3, parameters: parameterSizes(affine()), hidden: [64, 64] }).init({ seed: 1 })
 * ```
 */
export class MADE extends Conditioner {
  static readonly type: string = 'made'
  readonly inputs: number
  readonly outputs: number
  /** Which units are known at which step. */
  readonly plan: Plan
  private readonly options: Required<MADEOptions>
  private readonly layers: readonly Masked[]

  constructor(options: MADEOptions) {
    super()
    const { dimensions, parameters, context = 0, hidden = [64, 64], activation = 'relu' } = options
    const { order = 'natural', angles = false, zeroOutput = true } = options
    checkActivation(activation)
    for (const size of [dimensions, ...parameters, ...hidden])
      check(Number.isInteger(size) && size > 0, 'sizes of a MADE must be positive integers', {
        expected: 'a whole number of 1 or more',
        received: `${size}`,
      })
    check(parameters.length > 0, 'each value needs a parameter', { expected: 'a size or more', received: 'none' })
    check(Number.isInteger(context) && context >= 0, 'the context size must be a whole number', {
      expected: 'a whole number of 0 or more',
      received: `${context}`,
    })
    const listed = orderOf(order, dimensions)
    this.plan = planOf({ dimensions, parameters, context, hidden, activation, angles, order: listed })
    this.inputs = dimensions + context
    this.outputs = dimensions * this.plan.parameters
    this.options = {
      ...{ dimensions, parameters: [...parameters], context, hidden: [...hidden], activation },
      ...{ order: listed, angles, zeroOutput },
    }
    const masks = masksOf(this.plan)
    const widths = [...this.plan.widths, this.outputs]
    this.layers = masks.map((mask, i) =>
      this.child(String(i), new Masked(widths[i]!, widths[i + 1]!, mask, zeroOutput && i === masks.length - 1)),
    )
  }

  static fromConfig(config: Config): MADE {
    return new MADE(config as unknown as MADEOptions)
  }
  config(): Config {
    return { ...this.options, order: [...this.plan.order] }
  }

  apply(x: tf.Tensor): tf.Tensor {
    return fromRows(this.trace(asRows(x, this.inputs)).outputs, x)
  }

  /** The kernels and biases, from the first layer to the last. */
  get weights(): { kernels: tf.Tensor[]; biases: tf.Tensor[] } {
    return {
      kernels: this.layers.map((layer) => layer.kernel.value),
      biases: this.layers.map((layer) => layer.bias.value),
    }
  }

  /** The outputs for rows `[rows, D + C]`, with what enters each activation on the way. */
  trace(rows: tf.Tensor): { outputs: tf.Tensor; entering: tf.Tensor[] } {
    const activate = activations[this.options.activation]
    const entering: tf.Tensor[] = []
    let h = this.encode(rows)
    for (const [i, layer] of this.layers.entries()) {
      if (i > 0) {
        entering.push(h)
        h = activate(h)
      }
      h = layer.apply(h)
    }
    return { outputs: h, entering }
  }

  /** The slopes of the activations at what enters them, and of the features at x `[rows, D]`. */
  slopes(entering: tf.Tensor[], x: tf.Tensor): { activations: tf.Tensor[]; features: tf.Tensor } {
    const activate = activations[this.options.activation]
    return {
      activations: entering.map((h) => vjp(() => activate(h), [h]).gradients[0]!),
      features: this.options.angles ? tf.concat([tf.neg(tf.sin(x)), tf.cos(x)], 1) : constant(1, x.shape),
    }
  }

  private encode(rows: tf.Tensor): tf.Tensor {
    const { angles, dimensions, context } = this.options
    if (!angles) return rows
    const count = rows.shape[0]!
    const x = tf.slice(rows, [0, 0], [count, dimensions])
    const rest = context === 0 ? [] : [tf.slice(rows, [0, dimensions], [count, context])]
    return tf.concat([tf.cos(x), tf.sin(x), ...rest], 1)
  }
}
