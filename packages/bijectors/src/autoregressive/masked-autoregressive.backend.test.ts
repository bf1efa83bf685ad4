import { gradients, initialisers, Rng, registryOf, tensor, valueAndGradients, withBackend } from '@ebbflow/core'
import { bijectorContract, type Domain, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Conditioner } from '../conditioners/conditioner.js'
import { MADE, type MADEOptions } from '../conditioners/made.js'
import {
  affine,
  affineType,
  bernstein,
  bernsteinType,
  CIRCLE,
  circularSpline,
  circularSplineType,
  composed,
  composedType,
  type Family,
  logisticMixture,
  logisticMixtureType,
  monotoneNetwork,
  monotoneNetworkType,
  onLine,
  onLineType,
  rationalQuadratic,
  rationalQuadraticType,
  shift,
  shiftType,
  UNIT,
} from '../families/index.js'
import { MaskedAutoregressive } from './masked-autoregressive.js'
import { parameterSizes } from './plan.js'

const registry = registryOf(
  ...[MaskedAutoregressive, MADE, shiftType, affineType, rationalQuadraticType, bernsteinType],
  ...[circularSplineType, composedType, logisticMixtureType, monotoneNetworkType, onLineType],
)
const layer = (family: Family, dimensions: number, options: Partial<MADEOptions> = {}): MaskedAutoregressive =>
  new MaskedAutoregressive({
    dimensions,
    family,
    context: options.context ?? 0,
    conditioner: new MADE({
      ...{ dimensions, parameters: parameterSizes(family), hidden: [8, 8], activation: 'tanh' },
      ...options,
    }),
  })

interface Case {
  family: Family
  dimensions: number
  options?: Partial<MADEOptions>
  on?: Domain
  kappa?: number
  spread?: number
  parametersWithoutGradient?: string[]
}
const cases: Record<string, Case> = {
  shifts: { family: shift(), dimensions: 5, options: { hidden: [7], order: 'reversed' } },
  'affine maps': { family: affine(), dimensions: 4, options: { order: [2, 0, 3, 1], activation: 'silu' } },
  'affine maps, with a context': { family: affine(), dimensions: 3, options: { context: 2, order: { seed: 3 } } },
  'affine maps of one value, with a context': { family: affine(), dimensions: 1, options: { context: 2 } },
  // alone and without a context, a value's parameters are the last bias
  'affine maps of one value': {
    family: affine(),
    dimensions: 1,
    options: { hidden: [4] },
    parametersWithoutGradient: ['conditioner.0.kernel'],
  },
  'Bernstein polynomials of (0, 1)': { family: bernstein({ degree: 3 }), dimensions: 2, on: UNIT },
  'affine maps, linear conditioner': { family: affine({ bound: Infinity }), dimensions: 3, options: { hidden: [] } },
  'splines, with a context': {
    family: rationalQuadratic({ bins: 4, bound: 3 }),
    dimensions: 3,
    options: { context: 1, activation: 'softplus' },
    kappa: 128,
  },
  'affine maps before splines': {
    family: composed(affine(), rationalQuadratic({ bins: 4, bound: 3 })),
    dimensions: 3,
    kappa: 128,
  },
  'mixtures of logistics': { family: onLine(logisticMixture({ components: 3 })), dimensions: 2 },
  'Bernstein polynomials': { family: onLine(bernstein({ degree: 4 })), dimensions: 2, options: { activation: 'elu' } },
  'monotone networks': { family: monotoneNetwork({ width: 3, layers: 2 }), dimensions: 2 },
  'circular splines': {
    family: circularSpline({ bins: 4 }),
    dimensions: 3,
    options: { angles: true, order: 'reversed' },
    on: CIRCLE,
  },
}

for (const [name, { family, dimensions, options, on, ...rest }] of Object.entries(cases))
  bijectorContract(`MaskedAutoregressive of ${name}`, {
    make: () => layer(family, dimensions, options),
    event: [dimensions],
    context: options?.context ?? 0,
    ...(on ? { domain: on, range: on } : {}),
    parameterSpread: rest.spread ?? 0.3,
    kappa: rest.kappa ?? 64,
    parametersWithoutGradient: rest.parametersWithoutGradient ?? [],
    registry,
  })

const sized: Record<string, () => Family> = {
  shifts: () => shift(),
  'affine maps': () => affine(),
  splines: () => rationalQuadratic({ bins: 4, bound: 3 }),
}
for (const dimensions of [1, 2, 5, 64])
  for (const [name, family] of Object.entries(sized))
    bijectorContract(`MaskedAutoregressive of ${name}, D = ${dimensions}`, {
      make: () => layer(family(), dimensions, { hidden: [dimensions > 5 ? 64 : 8] }),
      event: [dimensions],
      parameterSpread: dimensions > 5 ? 0.03 : 0.2,
      kappa: 64,
      rows: dimensions > 5 ? 2 : 6,
      parametersWithoutGradient: dimensions === 1 ? ['conditioner.0.kernel'] : [],
      registry,
    })

/** A conditioner with parameters, strictly triangular, of which the layer knows no degrees. */
class Triangular extends Conditioner {
  static readonly type = 'test-triangular'
  readonly inputs = 4
  readonly outputs = 6
  private readonly shift = this.param('shift', [4, 3], initialisers.zeros)
  private readonly logScale = this.param('logScale', [4, 3], initialisers.zeros)

  static fromConfig(): Triangular {
    return new Triangular()
  }
  config() {
    return {}
  }

  apply(x: tf.Tensor): tf.Tensor {
    // each value feels those before it, and the context, which comes last
    const mask = tensor([0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1], [4, 3])
    const rows = tf.reshape(x, [x.size / 4, 4])
    const parts = [this.shift, this.logScale].map((slot) => tf.matMul(tf.tanh(rows), tf.mul(slot.value, mask)))
    return tf.reshape(tf.concat(parts, 1), [...x.shape.slice(0, -1), 6])
  }
}

bijectorContract('MaskedAutoregressive with a conditioner of one’s own', {
  make: () => new MaskedAutoregressive({ dimensions: 3, context: 1, family: affine(), conditioner: new Triangular() }),
  event: [3],
  context: 1,
  kappa: 64,
  registry: registryOf(MaskedAutoregressive, Triangular, affineType),
})

describe('MaskedAutoregressive', () => {
  it('has second derivatives of its inverse, in the input, the context and the parameters', () => {
    withBackend('float64', () => {
      tf.tidy(() => {
        const own = layer(affine(), 3, { context: 1 }).init({ seed: 2 })
        const rng = Rng.seed('stir')
        for (const [path, slot] of own.slots())
          slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), 0.25)))
        const y = drawTensor(REALS, 'y', [4, 3])
        const context = drawTensor(REALS, 'context', [4, 1])
        const slot = own.parameters().get('conditioner.1.kernel')!
        const squared = (at: tf.Tensor, c: tf.Tensor): tf.Tensor => {
          const inverse = (): tf.Tensor => tf.sum(tf.square(own.inverse(at, { mode: 'eval', context: c })))
          return tf.sum(tf.square(gradients(inverse, [at])[0]!))
        }
        const kernel = slot.value
        const { gradients: found } = valueAndGradients(() => squared(y, context), [y, context, kernel])
        const inputs = [y, context, kernel]
        inputs.forEach((input, i) => {
          const along = drawTensor(REALS, `along ${i}`, input.shape)
          const shifted = (h: number): number => {
            const moved = inputs.map((t, j) => (i === j ? tf.add(t, tf.mul(along, tensor(h))) : t))
            return own.withParameters(
              { 'conditioner.1.kernel': moved[2]! },
              () => squared(moved[0]!, moved[1]!).dataSync()[0]!,
            )
          }
          const numeric = (shifted(1e-5) - shifted(-1e-5)) / 2e-5
          const analytic = tf.sum(tf.mul(found[i]!, along)).dataSync()[0]!
          expect(Math.abs(analytic - numeric)).toBeLessThan(1e-5 * (1 + Math.abs(numeric)))
        })
        own.dispose()
      })
    })
  })

  it('says what the conditioner should be, and which orders there are', () => {
    const conditioner = new MADE({ dimensions: 3, parameters: [1] })
    expect(() => new MaskedAutoregressive({ dimensions: 3, family: affine(), conditioner })).toThrow(
      'expected 3 inputs and 6 outputs, got 3 and 3',
    )
    expect(() => new MADE({ dimensions: 3, parameters: [1], order: [0, 0, 2] })).toThrow('each of 0 … 2 once')
    expect(() => new MADE({ dimensions: 3, parameters: [0] })).toThrow('positive integers')
    const swapped = new MADE({ dimensions: 2, parameters: [1, 1], context: 2 })
    expect(() => new MaskedAutoregressive({ dimensions: 4, family: affine(), conditioner: swapped })).toThrow('fit')
  })
})
