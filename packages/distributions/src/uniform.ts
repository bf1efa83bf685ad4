import { type Config, check, REAL, type Rng, type Shape, Slot, type Support } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE } from './internal/constraint.js'
import { numbersOf } from './internal/numbers.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { atLeast, atMost, logWithin, onUnit } from './internal/regions.js'

/** Options of {@link Uniform}. */
export interface UniformOptions extends LearnableOptions {
  /** Lower end. Default 0. */
  low?: Parameter
  /** Upper end. Default 1. */
  high?: Parameter
}

/**
 * The uniform distribution: p(x) = 1 / (high − low) on [low, high].
 *
 * Learnable ends (`low`, `high`) are trained as they are; data outside give −∞ and no gradient.
 *
 * @throws EbbflowError `argument` unless low < high.
 * @example
 * ```ts
 * new Uniform({ low: -1, high: 1 }).logProb(tf.tensor1d([0, 2])) // [-0.693, -Infinity]
 * ```
 */
export class Uniform extends Parametric<'low' | 'high'> {
  static readonly type: string = 'uniform'
  readonly support: Support
  readonly reparameterised = true

  constructor(options: UniformOptions = {}) {
    const { low = 0, high = 1 } = options
    super({ low: [low, FREE], high: [high, FREE] }, options.learnable)
    const a = ends(low)
    const b = ends(high)
    if (a && b) {
      const n = Math.max(a.length, b.length)
      for (let i = 0; i < n; i++) check(a[i % a.length]! < b[i % b.length]!, 'low must be less than high')
    }
    // ends that may move bound nothing for good
    const fixed = this.learnable.length === 0 && a && b
    this.support = fixed ? { kind: 'real', lower: Math.min(...a), upper: Math.max(...b) } : REAL
  }

  static fromConfig(config: Config): Uniform {
    return new Uniform(config as UniformOptions)
  }

  private width(): tf.Tensor {
    return tf.sub(this.read('high'), this.read('low'))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const low = this.read('low')
    const outside = tf.logicalOr(tf.less(x, low), tf.greater(x, this.read('high')))
    const flat = tf.neg(tf.log(this.width()))
    return logWithin(x, outside, low, (v) => tf.add(tf.mul(v, 0), flat))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return this.place(rng.uniform([...shape, ...this.batchShape]))
  }

  private place(u: tf.Tensor): tf.Tensor {
    // rounding may carry the sum past the upper end
    return atMost(tf.add(tf.mul(u, this.width()), this.read('low')), this.read('high'))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const inside = atMost(atLeast(x, this.read('low')), this.read('high'))
    return tf.div(tf.sub(inside, this.read('low')), this.width())
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return this.place(onUnit(u, (v) => v))
  }

  protected override meanRule(): tf.Tensor {
    return tf.mul(0.5, tf.add(this.read('low'), this.read('high')))
  }

  protected override varianceRule(): tf.Tensor {
    return tf.div(tf.square(this.width()), 12)
  }

  protected override entropyRule(): tf.Tensor {
    return tf.log(this.width())
  }
}

const ends = (given: Parameter): Float64Array | undefined =>
  given instanceof Slot || given instanceof tf.Tensor ? undefined : numbersOf(given).values
