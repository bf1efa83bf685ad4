import {
  type Call,
  type Config,
  check,
  EVAL,
  type Initialiser,
  initialisers,
  Module,
  type Shape,
  type Slot,
  singularValues,
  update,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { asRows, fromRows } from '../conditioners/rows.js'
import { LipschitzNet } from './lipschitz-net.js'
import { checkSmooth, type SmoothActivation, smooth } from './smooth-activation.js'
import { type PowerIterationOptions, spectrallyNormalised } from './spectral.js'

/** Options of {@link LipschitzMLP}. */
export interface LipschitzMLPOptions {
  inputs: number
  outputs: number
  /** Widths of the hidden layers. Default [64, 64]. */
  hidden?: readonly number[]
  /** Default `lipswish`. */
  activation?: SmoothActivation
  /** Largest spectral norm of each kernel, below 1: the margin by which power iteration may under-estimate. Default 0.9. */
  coefficient?: number
  /** When the power iteration of a call stops. Default after 100 steps, or when σ grows by less than 1e-5 of itself. */
  powerIteration?: Partial<PowerIterationOptions>
}

interface Layer {
  readonly kernel: Slot
  readonly bias: Slot
  readonly vector: Slot
  readonly beta: Slot | undefined
}

/**
 * A multi-layer perceptron of Lipschitz constant at most coefficient^(layers) < 1 in the 2-norm: each kernel is divided by
 * max(1, σ / coefficient), σ its largest singular value as power iteration finds it (Behrmann et al. 2019, arXiv 1811.00995, eq. 8;
 * Gouk et al. 2018), and the activations are smooth and of constant 1.
 *
 * The iteration starts from vectors that are states: calls of mode `train` put the next ones in `call.updates`. It approaches σ from
 * below; {@link lipschitzBound} tells the true product of norms.
 *
 * @throws EbbflowError `argument` for widths that are not positive integers, a coefficient outside (0, 1), or ReLU.
 * @example
 * ```ts
 * const net = new LipschitzMLP({ inputs: 2, outputs: 2, hidden: [32, 32] }).init({ seed: 1 })
 * net.lipschitzBound() // at most 0.73
 * ```
 */
export class LipschitzMLP extends LipschitzNet {
  static readonly type: string = 'lipschitz-mlp'
  readonly inputs: number
  readonly outputs: number
  readonly event: Shape
  readonly lipschitz: number
  private readonly options: Required<Omit<LipschitzMLPOptions, 'powerIteration'>> & {
    powerIteration: PowerIterationOptions
  }
  private readonly layers: readonly Layer[]

  constructor(options: LipschitzMLPOptions) {
    super()
    const { inputs, outputs, hidden = [64, 64], activation = 'lipswish', coefficient = 0.9 } = options
    const powerIteration = { maxSteps: 100, tolerance: 1e-5, ...options.powerIteration }
    checkSmooth(activation)
    for (const width of [inputs, ...hidden, outputs])
      check(Number.isInteger(width) && width > 0, 'a layer width must be a positive integer', {
        expected: 'a whole number of 1 or more',
        received: `${width}`,
      })
    check(coefficient > 0 && coefficient < 1, 'the spectral norms must be kept below 1', {
      expected: 'a coefficient in (0, 1)',
      received: `${coefficient}`,
    })
    check(powerIteration.maxSteps >= 1, 'power iteration takes at least one step', {
      expected: 'a whole number of 1 or more',
      received: `${powerIteration.maxSteps}`,
    })
    this.inputs = inputs
    this.outputs = outputs
    this.event = [outputs]
    this.options = { inputs, outputs, hidden: [...hidden], activation, coefficient, powerIteration }
    const widths = [inputs, ...hidden, outputs]
    this.lipschitz = coefficient ** (widths.length - 1)
    this.layers = widths.slice(1).map((width, i) => {
      const part = new Part(widths[i]!, width, activation === 'lipswish' && i > 0)
      return this.child(String(i), part)
    })
  }

  static fromConfig(config: Config): LipschitzMLP {
    return new LipschitzMLP(config as unknown as LipschitzMLPOptions)
  }
  config(): Config {
    const { powerIteration, ...rest } = this.options
    return { ...rest, powerIteration: { ...powerIteration } }
  }

  weights(call: Call = EVAL): tf.Tensor[] {
    const { coefficient, powerIteration } = this.options
    return this.layers.flatMap(({ kernel, bias, vector, beta }) => {
      const next = spectrallyNormalised(kernel.value, vector.value, coefficient, powerIteration)
      if (call.mode === 'train') update(call, vector, next.vector)
      return [next.kernel, bias.value, ...(beta ? [beta.value] : [])]
    })
  }

  /** f(x) of shape `[...batch, outputs]` for x of shape `[...batch, inputs]`, by the tensors of `weights`. */
  apply(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor {
    let h: tf.Tensor = asRows(x, this.inputs)
    let at = 0
    const take = (): tf.Tensor => weights[at++]!
    for (const [i, { beta }] of this.layers.entries()) {
      const [kernel, bias] = [take(), take()]
      const slope = beta ? take() : undefined
      const active = i === 0 ? h : smooth(this.options.activation, h, slope)
      h = tf.add(tf.matMul(active as tf.Tensor2D, kernel as tf.Tensor2D), bias)
    }
    return fromRows(h, x)
  }

  /** An upper bound of the Lipschitz constant: the product of the normalised kernels' true norms, by their singular values in double. */
  lipschitzBound(): number {
    return tf.tidy(() => [
      this.weights()
        .filter(({ rank }) => rank === 2)
        .reduce((product, kernel) => {
          const [rows, columns] = kernel.shape as [number, number]
          return product * singularValues(kernel.dataSync(), rows, columns)[0]!
        }, 1),
    ])[0]!
  }
}

/** One dense layer: kernel `[inputs, outputs]`, bias, the power iteration's vector, and the slope of the activation before it. */
class Part extends Module implements Layer {
  readonly kernel: Slot
  readonly bias: Slot
  readonly beta: Slot | undefined
  readonly vector: Slot

  constructor(inputs: number, outputs: number, slope: boolean) {
    super()
    this.kernel = this.param('kernel', [inputs, outputs], initialisers.glorotUniform)
    this.bias = this.param('bias', [outputs], initialisers.zeros)
    this.beta = slope ? this.param('beta', [], initialisers.filled(0.5)) : undefined
    this.vector = this.state('vector', [outputs], unit)
  }
}

/** A random direction. */
const unit: Initialiser = (shape, rng) => {
  const x = rng.normal(shape)
  return tf.div(x, tf.sqrt(tf.sum(tf.square(x))))
}
