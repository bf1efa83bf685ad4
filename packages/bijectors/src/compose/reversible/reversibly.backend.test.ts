import {
  type Bijector,
  type Call,
  commit,
  currentBackend,
  FLOAT64,
  gradients,
  Rng,
  type Slot,
  valueAndGradients,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { MaskedAutoregressive } from '../../autoregressive/masked-autoregressive.js'
import { parameterSizes } from '../../autoregressive/plan.js'
import { ConvNet } from '../../conditioners/conv.js'
import { MADE } from '../../conditioners/made.js'
import { MLP } from '../../conditioners/mlp.js'
import { FFJORD } from '../../continuous/ffjord.js'
import { Coupling, couplingSizes } from '../../coupling/coupling.js'
import { ImageCoupling, imageCouplingSizes } from '../../coupling/image-coupling.js'
import { Affine } from '../../elementwise/affine.js'
import { Sigmoid } from '../../elementwise/sigmoid.js'
import { affine, type Family, rationalQuadratic } from '../../families/index.js'
import { Emerging } from '../../image/emerging.js'
import { MultiScale } from '../../image/multi-scale.js'
import { Squeeze } from '../../image/squeeze.js'
import { ActNorm } from '../../linear/act-norm.js'
import { BatchNorm } from '../../linear/batch-norm.js'
import { LULinear } from '../../linear/lu-linear.js'
import { Reverse } from '../../linear/reverse.js'
import { InvertibleResidual } from '../../residual/invertible-residual.js'
import { LipschitzMLP } from '../../residual/lipschitz-mlp.js'
import { Planar } from '../../residual/planar.js'
import { Block } from '../block.js'
import { Chain } from '../chain.js'
import { Inverse } from '../inverse.js'

const D = 4

const coupling = (family: Family = affine({ bound: 1 }), context = 0): Coupling => {
  const sizes = { dimensions: D, family, context }
  return new Coupling({ ...sizes, conditioner: new MLP({ ...couplingSizes(sizes), hidden: [6], activation: 'tanh' }) })
}
const autoregressive = (): MaskedAutoregressive =>
  new MaskedAutoregressive({
    dimensions: D,
    family: affine({ bound: 1 }),
    conditioner: new MADE({ dimensions: D, parameters: parameterSizes(affine()), hidden: [7], activation: 'tanh' }),
  })
const residual = (roulette: boolean): InvertibleResidual =>
  new InvertibleResidual({
    net: new LipschitzMLP({ inputs: D, outputs: D, hidden: [6] }),
    logDet: roulette ? { roulette: {} } : 'exact',
  })
const shared = new LULinear({ dimensions: D })

interface Case {
  make: () => Bijector
  event?: readonly number[]
  context?: number
}

const imageCoupling = (shape: readonly number[]): ImageCoupling => {
  const options = { shape: [...shape], family: affine({ bound: 1 }), mask: 'channel' as const }
  const sizes = imageCouplingSizes(options)
  return new ImageCoupling({ ...options, conditioner: new ConvNet({ ...sizes, width: 3, activation: 'tanh' }) })
}
const level = (shape: readonly number[]): Chain =>
  new Chain([
    new Squeeze(),
    new ActNorm({ shape: [...shape] }),
    imageCoupling(shape),
    new Emerging({ shape: [...shape] }),
  ])

const CASES: Readonly<Record<string, Case>> = {
  'couplings between permutations, mixing and ActNorm': {
    make: () =>
      new Chain([
        coupling(),
        new Reverse(),
        new ActNorm({ shape: [D] }),
        coupling(),
        new LULinear({ dimensions: D }),
        coupling(rationalQuadratic({ bins: 4, bound: 3 })),
      ]),
  },
  'chains within chains, and turned round': {
    make: () =>
      new Chain([
        coupling(),
        new Inverse(new Chain([new Reverse(), coupling()])),
        Chain.fromData([coupling(), new Reverse()]),
      ]),
  },
  'elementwise layers in a vector': {
    make: () =>
      new Chain([
        new Affine({ shift: 0.3, scale: 0.5, learnable: true }),
        coupling(),
        new Chain([new Affine({ scale: -2, learnable: true })]),
        new Reverse(),
      ]),
  },
  'a context': {
    make: () => new Chain([coupling(affine({ bound: 1 }), 2), new Reverse(), coupling(affine({ bound: 1 }), 2)]),
    context: 2,
  },
  'the moments of a batch': {
    make: () =>
      Chain.fromData([
        new BatchNorm({ shape: [D], affine: true }),
        coupling(),
        new BatchNorm({ shape: [D] }),
        coupling(),
        new BatchNorm({ shape: [D] }),
      ]),
  },
  'moments that the way there does not take from its batch': {
    make: () =>
      new Chain([
        coupling(),
        new BatchNorm({ shape: [D] }),
        coupling(),
        new Inverse(new BatchNorm({ shape: [D] })),
        coupling(),
      ]),
  },
  'a layer that stands there twice': { make: () => new Chain([shared, coupling(), shared, new Reverse(), shared]) },
  'layers that are ill conditioned': {
    make: () => new Chain([coupling(), new Sigmoid(), coupling(), new Sigmoid(), coupling()]),
  },
  'layers that go back by iteration': {
    make: () => new Chain([coupling(), new Planar({ dimensions: D }), coupling(), residual(false), coupling()]),
  },
  'layers that are iterative themselves': {
    make: () =>
      new Chain([
        coupling(),
        new Inverse(new Planar({ dimensions: D })),
        coupling(),
        new FFJORD({
          dimensions: D,
          dynamics: new MLP({ inputs: D + 1, outputs: D, hidden: [4], activation: 'tanh' }),
          rtol: 1e-4,
        }),
        coupling(),
      ]),
  },
  'layers with noise': {
    make: () => new Chain([coupling(), residual(true), coupling(), residual(true), new Reverse()]),
  },
  'autoregressive layers': {
    make: () =>
      new Chain([autoregressive(), new Reverse(), autoregressive(), coupling(), new Inverse(autoregressive())]),
  },
  'blocks of chains': {
    make: () =>
      new Chain([
        coupling(),
        new Block([
          { size: 2, bijector: new Chain([new Affine({ scale: [2, 3], learnable: true }), new Reverse()]) },
          { size: 2, bijector: new Affine({ shift: [1, 2], learnable: true }) },
        ]),
        coupling(),
      ]),
  },
  'images on two scales': {
    make: () =>
      new Chain([
        new MultiScale({ shape: [4, 4, 1], levels: [level([2, 2, 4]), level([1, 1, 8])] }),
        new ActNorm({ shape: [16] }),
      ]),
    event: [4, 4, 1],
  },
}

function randomised(bijector: Bijector): Bijector {
  bijector.init({ seed: 3 })
  for (const [path, slot] of bijector.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  return bijector
}

/** A number of everything that a direction gives. */
function weighed(bijector: Bijector, direction: 'forward' | 'inverse', x: tf.Tensor, call: Call): tf.Tensor {
  const { value, logDet } =
    direction === 'forward' ? bijector.forwardAndLogDet(x, call) : bijector.inverseAndLogDet(x, call)
  const weigh = (t: tf.Tensor, seed: string): tf.Tensor => tf.sum(tf.mul(tf.square(t), Rng.seed(seed).uniform(t.shape)))
  return tf.add(weigh(value, 'value'), weigh(logDet, 'log-determinant'))
}

/** How far apart two lists of tensors are, relative to the largest of each. */
function distance(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): number {
  expect(a.length).toBe(b.length)
  let far = 0
  for (const [i, one] of a.entries()) {
    const [left, right] = [one.dataSync(), b[i]!.dataSync()]
    const scale = Math.max(1e-3, ...left.map(Math.abs))
    for (const [j, value] of left.entries()) far = Math.max(far, Math.abs(value - right[j]!) / scale)
    expect(left.every(Number.isFinite)).toBe(true)
  }
  return far
}

const tolerance = (): number => (currentBackend() === FLOAT64 ? 1e-9 : 2e-3)

describe.each(Object.keys(CASES))('reversibly: %s', (name) => {
  const { make, event = [D], context = 0 } = CASES[name]!

  it.each(['forward', 'inverse'] as const)('has the gradients of the ordinary way, %s', (direction) => {
    const bijector = randomised(make())
    tf.tidy(() => {
      const given = context > 0 ? { context: Rng.seed(2).normal([5, context]) } : {}
      const start = Rng.seed(1).normal([5, ...event])
      const x = direction === 'forward' ? start : bijector.forward(start, { mode: 'eval', ...given })
      const xs = [x, ...Object.values(given), ...[...bijector.parameters().values()].map((slot) => slot.value)]
      const both = [false, true].map((reversible) => {
        const updates = new Map<Slot, tf.Tensor>()
        const call: Call = { mode: 'train', rng: Rng.seed(4), updates, ...given, ...(reversible && { reversible }) }
        const { value, gradients } = valueAndGradients(() => weighed(bijector, direction, x, call), xs)
        return [value, ...gradients, ...updates.values()]
      })
      expect(distance(both[0]!, both[1]!)).toBeLessThan(tolerance())
    })
    bijector.dispose()
  })
})

describe('a reversible chain', () => {
  const chain = () => randomised(new Chain([coupling(), new Reverse(), new BatchNorm({ shape: [D] }), coupling()]))
  const reversible = (x: tf.Tensor, of: Bijector): tf.Tensor =>
    weighed(of, 'forward', x, { mode: 'train', reversible: true })
  const ordinary = (x: tf.Tensor, of: Bijector): tf.Tensor => weighed(of, 'forward', x, { mode: 'train' })

  it('has second derivatives', () =>
    void tf.tidy(() => {
      const of = chain()
      const x = Rng.seed(1).normal([5, D])
      const slots = [...of.parameters().values()].map((slot) => slot.value)
      const second = (f: typeof ordinary): tf.Tensor[] =>
        gradients(() => tf.sum(tf.square(gradients(() => f(x, of), [x])[0]!)), [x, ...slots])
      expect(distance(second(ordinary), second(reversible))).toBeLessThan(tolerance())
      of.dispose()
    }))

  it('differentiates by values in the place of parameters, though they are gone again when the way back is taken', () =>
    void tf.tidy(() => {
      const of = chain()
      const x = Rng.seed(1).normal([5, D])
      const [[path, slot]] = of.parameters() as unknown as [[string, Slot]]
      const other = tf.add(slot.value, 0.125)
      const by = (f: typeof ordinary): tf.Tensor[] =>
        gradients(() => of.withParameters({ [path]: other }, () => f(x, of)), [x, other, slot.value])
      const [dx, dOther, dOwn] = by(reversible)
      expect(distance(by(ordinary), [dx!, dOther!, dOwn!])).toBeLessThan(tolerance())
      expect(dOwn!.dataSync().every((g) => g === 0)).toBe(true)
      of.dispose()
    }))

  it('leaves no tensor behind, and hands out new states once', () => {
    const of = chain()
    const x = Rng.seed(1).normal([5, D])
    const before = tf.memory().numTensors
    tf.dispose(gradients(() => reversible(x, of), [x]))
    tf.dispose(tf.tidy(() => reversible(x, of)))
    expect(tf.memory().numTensors).toBe(before)

    const updates = new Map<Slot, tf.Tensor>()
    tf.dispose(of.forwardAndLogDet(x, { mode: 'train', reversible: true, updates }))
    expect(updates.size).toBe(2)
    commit(updates)
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
    of.dispose()
  })

  it('keeps no more for 16 layers than for 4', async () => {
    const peak = async (layers: number, call: Call): Promise<number> => {
      const of = randomised(new Chain(Array.from({ length: layers }, () => [coupling(), new Reverse()]).flat()))
      const x = Rng.seed(1).normal([512, D])
      const { peakBytes } = await tf.profile(() => gradients(() => weighed(of, 'forward', x, call), [x]))
      x.dispose()
      of.dispose()
      return peakBytes
    }
    const [few, many] = [
      await peak(4, { mode: 'eval', reversible: true }),
      await peak(16, { mode: 'eval', reversible: true }),
    ]
    // parameters and their gradients do grow, but are small here
    expect(many).toBeLessThan(1.2 * few)
    expect(await peak(16, { mode: 'eval' })).toBeGreaterThan(3 * many)
  })
})
