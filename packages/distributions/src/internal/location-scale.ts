import { type Config, constant, REAL, type Rng, type Shape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { FREE, POSITIVE } from './constraint.js'
import { type LearnableOptions, type Parameter, Parametric } from './parametric.js'
import { onUnit } from './regions.js'

/** Options of a location–scale distribution. */
export interface LocationScaleOptions extends LearnableOptions {
  /** Location. Default 0. */
  loc?: Parameter
  /** Scale, positive. Default 1. */
  scale?: Parameter
}

/** Moments of a standard distribution, location 0 and scale 1. */
interface StandardMoments {
  readonly mean: number
  readonly variance: number
  readonly entropy: number
}

/** X = loc + scale · Z, for a standard distribution of Z on the line: p(x) = p_Z((x − loc) / scale) / scale. */
export abstract class LocationScale extends Parametric<'loc' | 'scale'> {
  readonly support = REAL
  readonly reparameterised = true

  constructor(options: LocationScaleOptions = {}) {
    super({ loc: [options.loc ?? 0, FREE], scale: [options.scale ?? 1, POSITIVE] }, options.learnable)
  }

  protected abstract readonly standard: StandardMoments
  protected abstract standardLogProb(z: tf.Tensor): tf.Tensor
  protected abstract standardCdf(z: tf.Tensor): tf.Tensor
  protected abstract standardQuantile(u: tf.Tensor): tf.Tensor

  /** Draws of Z: by its quantile function unless there is a shorter way. */
  protected standardSample(shape: Shape, rng: Rng): tf.Tensor {
    return this.standardQuantile(rng.uniform(shape))
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    return tf.sub(this.standardLogProb(this.standardise(x)), tf.log(this.read('scale')))
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return this.place(this.standardSample([...shape, ...this.batchShape], rng))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    return this.standardCdf(this.standardise(x))
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return this.place(onUnit(u, (v) => this.standardQuantile(v)))
  }

  protected override meanRule(): tf.Tensor {
    return this.place(constant(this.standard.mean, this.batchShape))
  }

  protected override varianceRule(): tf.Tensor {
    return tf.mul(tf.square(this.read('scale')), constant(this.standard.variance, this.batchShape))
  }

  protected override entropyRule(): tf.Tensor {
    return tf.add(tf.log(this.read('scale')), constant(this.standard.entropy, this.batchShape))
  }

  private standardise(x: tf.Tensor): tf.Tensor {
    return tf.div(tf.sub(x, this.read('loc')), this.read('scale'))
  }

  private place(z: tf.Tensor): tf.Tensor {
    return tf.add(tf.mul(z, this.read('scale')), this.read('loc'))
  }
}

/** Options from a file's description; the constructor checks their values. */
export const locationScaleOptions = (config: Config): LocationScaleOptions => config as LocationScaleOptions
