import {
  type Config,
  constant,
  Distribution,
  initialisers,
  type Rng,
  registryOf,
  type SampleOptions,
  type Shape,
  type Support,
  stopGradient,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { Subject } from './distribution/subject.js'
import { checksOf, distributionContract } from './distribution-contract.js'

/** p(x) = x e^(−x²/2s²) / s² for x > 0, s = e^r for a trained r: small, and with every method. */
class Rayleigh extends Distribution {
  static readonly type: string = 'rayleigh'
  readonly eventShape: Shape = []
  readonly batchShape: Shape = [2]
  readonly support: Support = { kind: 'real', lower: 0, upper: Infinity }
  readonly reparameterised: boolean = true
  readonly start: number
  private readonly logScale = this.param('logScale', [2], initialisers.filled([0, 0.5]))

  constructor(start = 0) {
    super()
    this.start = start
  }
  static fromConfig(config: Config): Rayleigh {
    return new Rayleigh(config.start as number)
  }
  config(): Config {
    return { start: this.start }
  }
  scale(): tf.Tensor {
    return tf.exp(tf.add(this.logScale.value, constant(this.start)))
  }
  density(x: tf.Tensor): tf.Tensor {
    const z = tf.div(x, this.scale())
    return tf.sub(tf.sub(tf.log(x), tf.mul(2, tf.log(this.scale()))), tf.mul(0.5, tf.square(z)))
  }
  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const out = tf.add(tf.mul(0, this.scale()), x)
    const outside = tf.lessEqual(out, 0)
    const value = this.density(tf.where(outside, tf.onesLike(out), out))
    return tf.where(outside, tf.fill(out.shape, -Infinity), value)
  }
  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return tf.mul(this.scale(), tf.sqrt(tf.mul(-2, tf.log(rng.uniform([...shape, 2])))))
  }
  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const above = tf.relu(x)
    return tf.sub(1, tf.exp(tf.mul(-0.5, tf.square(tf.div(above, this.scale())))))
  }
  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    // NaN for u > 1 by the logarithm; below 0 by the square root
    return tf.mul(this.scale(), tf.sqrt(tf.mul(-2, tf.log(tf.sub(1, u)))))
  }
  protected override meanRule(): tf.Tensor {
    return tf.mul(this.scale(), constant(Math.sqrt(Math.PI / 2)))
  }
  protected override varianceRule(): tf.Tensor {
    return tf.mul(tf.square(this.scale()), constant(2 - Math.PI / 2))
  }
  protected override entropyRule(): tf.Tensor {
    return tf.add(tf.log(this.scale()), constant(1 - Math.LN2 / 2 + 0.5772156649015329 / 2))
  }
}

const registry = registryOf(Rayleigh)
distributionContract('Rayleigh', { make: () => new Rayleigh(), registry })

const INTEGRAL = 'has densities that integrate to 1'
const MOMENTS = 'has the mean, variance and entropy of its density'
const AGREES = 'draws samples that agree with its density'
const SAMPLE_MOMENTS = 'draws samples with its mean and variance'
const KS = 'draws samples that agree with its cdf, where it has one (Kolmogorov–Smirnov)'
const SLOPE = 'has the density as the derivative of its cdf, where it has one'
const INVERSE = 'inverts its cdf, where it has one'
const GRADIENT = 'has the right gradient for each parameter and for its input'
const METHODS = 'has right gradients of its cdf, quantiles, moments and entropy'
const PATH = 'draws with the gradients it states'
const OUTSIDE = 'has −∞ as log-density, and 0 or 1 as cdf, outside its support'
const EDGES = 'has finite gradients on, at and beyond its edges'
const LEAK = 'leaves no tensor behind and never gives the handle it was given'
const BITS = 'draws the same bits for the same seed, and others for another'
const ONE_PASS = 'draws and evaluates in one pass'
const SAVED = 'is the same after it was saved'
const PRECISION = 'gives the same numbers as double precision'

const faults: Record<string, [faulty: () => Distribution, caught: string[]]> = {
  'a density that is 1 % too large': [
    () =>
      new (class extends Rayleigh {
        override density(x: tf.Tensor) {
          return tf.add(super.density(x), constant(0.01))
        }
      })(),
    [INTEGRAL, SLOPE],
  ],
  'a normaliser without its scale': [
    () =>
      new (class extends Rayleigh {
        override density(x: tf.Tensor) {
          return tf.add(super.density(x), tf.mul(2, tf.log(this.scale())))
        }
      })(),
    [INTEGRAL, MOMENTS, SLOPE],
  ],
  'draws that are 10 % too wide': [
    () =>
      new (class extends Rayleigh {
        override sampleRule(shape: Shape, rng: Rng) {
          return tf.mul(super.sampleRule(shape, rng), constant(1.1))
        }
      })(),
    [AGREES, SAMPLE_MOMENTS, KS],
  ],
  'a cdf of another shape': [
    () =>
      new (class extends Rayleigh {
        override cdfRule(x: tf.Tensor) {
          return tf.square(super.cdfRule(x))
        }
      })(),
    [KS, SLOPE, INVERSE],
  ],
  'quantiles from the wrong end': [
    () =>
      new (class extends Rayleigh {
        override quantileRule(u: tf.Tensor) {
          return super.quantileRule(tf.sub(1, u))
        }
      })(),
    [INVERSE],
  ],
  'a mean that is 1 % off': [
    () =>
      new (class extends Rayleigh {
        override meanRule() {
          return tf.mul(super.meanRule(), constant(1.01))
        }
      })(),
    [MOMENTS],
  ],
  'a variance that is 1 % off': [
    () =>
      new (class extends Rayleigh {
        override varianceRule() {
          return tf.mul(super.varianceRule(), constant(1.01))
        }
      })(),
    [MOMENTS],
  ],
  'an entropy that is 0.001 off': [
    () =>
      new (class extends Rayleigh {
        override entropyRule() {
          return tf.add(super.entropyRule(), constant(0.001))
        }
      })(),
    [MOMENTS],
  ],
  'mass below the support': [
    () =>
      new (class extends Rayleigh {
        override logProbRule(x: tf.Tensor) {
          return this.density(tf.abs(x))
        }
      })(),
    [OUTSIDE],
  ],
  'a mask after the formula, which makes gradients NaN': [
    () =>
      new (class extends Rayleigh {
        override logProbRule(x: tf.Tensor) {
          const value = this.density(x)
          const outside = tf.lessEqual(tf.add(x, tf.zerosLike(value)), 0)
          return tf.where(outside, tf.fill(value.shape, -Infinity), value)
        }
      })(),
    [EDGES],
  ],
  'a log-density without gradient for its parameter': [
    () =>
      new (class extends Rayleigh {
        override scale() {
          return stopGradient(super.scale())
        }
      })(),
    [GRADIENT, PATH],
  ],
  'draws without the gradients it states': [
    () =>
      new (class extends Rayleigh {
        override sampleRule(shape: Shape, rng: Rng) {
          return stopGradient(super.sampleRule(shape, rng))
        }
      })(),
    [PATH],
  ],
  'gradients of draws that it does not state': [
    () =>
      new (class extends Rayleigh {
        override readonly reparameterised = false
      })(),
    [PATH],
  ],
  'a tensor that stays': [
    () =>
      new (class extends Rayleigh {
        override meanRule() {
          return tf.clone(tf.keep(super.meanRule()))
        }
      })(),
    [LEAK],
  ],
  'draws that ignore the seed': [
    () =>
      new (class extends Rayleigh {
        override sampleRule(shape: Shape) {
          return tf.mul(this.scale(), tf.randomUniform([...shape, 2], 0.5, 1))
        }
      })(),
    [BITS, KS],
  ],
  'a one-pass log-density of another value': [
    () =>
      new (class extends Rayleigh {
        override sampleAndLogProb(shape?: Shape, options?: SampleOptions) {
          const { value, logProb } = super.sampleAndLogProb(shape, options)
          return { value, logProb: tf.mul(logProb, 2) }
        }
      })(),
    [ONE_PASS],
  ],
  'the same draws again from the same generator': [
    () =>
      new (class extends Rayleigh {
        override sampleRule(shape: Shape, rng: Rng) {
          return super.sampleRule(shape, rng.split('draws'))
        }
      })(),
    [BITS],
  ],
  'quantiles without a gradient': [
    () =>
      new (class extends Rayleigh {
        override quantileRule(u: tf.Tensor) {
          return stopGradient(super.quantileRule(u))
        }
      })(),
    [METHODS],
  ],
  'a mean without a gradient': [
    () =>
      new (class extends Rayleigh {
        override meanRule() {
          return stopGradient(super.meanRule())
        }
      })(),
    [METHODS],
  ],
  'a description that forgets an option': [
    () =>
      new (class extends Rayleigh {
        constructor() {
          super(0.3)
        }
        override config() {
          return {}
        }
      })(),
    [SAVED],
  ],
  'a formula that loses its digits': [
    () =>
      new (class extends Rayleigh {
        override density(x: tf.Tensor) {
          const large = tensor(4096)
          return tf.sub(tf.add(super.density(x), large), large)
        }
      })(),
    [PRECISION],
  ],
}

describe.each(Object.keys(faults))('the contract catches %s', (fault) => {
  const [make, caught] = faults[fault]!
  const options = { make, registry }
  const subject = new Subject(options)
  const checks = checksOf(subject, options)
  afterAll(() => subject.stop())
  it('by its checks', () => {
    subject.start()
    for (const says of caught) {
      expect(Object.keys(checks)).toContain(says)
      expect(checks[says], says).toThrow()
    }
  })
})

it('asks for events that can be integrated', () => {
  const wide = new (class extends Rayleigh {
    override readonly eventShape: Shape = [3]
  })()
  expect(() => new Subject({ make: () => wide }).start()).toThrow(/at most two values/)
})
