import { Rng, type SweepOptions, type Swept, tensor, withLoopHooks } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, inject, it } from 'vitest'
import { MADE, type MADEOptions } from '../conditioners/made.js'
import { affine } from '../families/affine.js'
import { circularSpline } from '../families/circular-spline.js'
import type { Family } from '../families/family.js'
import { logisticMixture } from '../families/logistic-mixture.js'
import { onLine } from '../families/on-line.js'
import { rationalQuadratic } from '../families/rational-quadratic.js'
import { MaskedAutoregressive } from './masked-autoregressive.js'
import { parameterSizes } from './plan.js'

const within = inject('backend') === 'float64' ? 1e-9 : 2e-4

/** The sweep by its definition, from what a hook is told: unit by unit, each from those that are known at its position. */
function byDefinition({ plan, y, context, weights, activate, column }: SweepOptions): Swept {
  const { dimensions, parameters, order, ends } = plan
  const { kernels, biases } = weights()
  const columnOf = (x: tf.Tensor, i: number): tf.Tensor => tf.reshape(tf.slice(x, [0, i], [-1, 1]), [-1])
  const known: tf.Tensor[][] = kernels.map(() => [])
  for (let c = 0; c < plan.context; c++) known[0]!.push(columnOf(context!, c))
  const values = new Map<number, tf.Tensor>()
  const logDets: tf.Tensor[] = []
  for (let p = 0; p < dimensions; p++) {
    const unit = (l: number, u: number): tf.Tensor => {
      const given = known[l]!.slice(0, ends[l]![p]!)
      const sums = given.map((x, j) => tf.mul(x, tf.reshape(tf.slice(kernels[l]!, [u, j], [1, 1]), [])))
      const bias = tf.slice(biases[l]!, u, 1)
      return sums.reduce((a, b) => tf.add(a, b), tf.add(tf.mul(columnOf(y, 0), 0), bias))
    }
    for (let l = 1; l < kernels.length; l++)
      for (let u = known[l]!.length; u < ends[l]![p]!; u++) known[l]!.push(activate(unit(l - 1, u)))
    const raw = Array.from({ length: parameters }, (_, q) => unit(kernels.length - 1, p * parameters + q))
    const found = column(tf.stack(raw), columnOf(y, order[p]!))
    known[0]!.push(...found.features)
    values.set(order[p]!, found.value)
    logDets.push(found.logDet)
  }
  return [
    tf.stack(
      Array.from({ length: dimensions }, (_, d) => values.get(d)!),
      1,
    ),
    tf.addN(logDets),
  ]
}

it.each<[string, () => Family, Partial<MADEOptions>]>([
  ['affine maps', affine, { order: 'reversed', hidden: [5, 4] }],
  ['affine maps, with a context', affine, { context: 2, hidden: [3], activation: 'silu', order: [1, 2, 0] }],
  [
    'splines, without a hidden layer',
    () => rationalQuadratic({ bins: 3, bound: 3 }),
    { hidden: [], order: { seed: 1 } },
  ],
  ['splines on a circle', () => circularSpline({ bins: 3 }), { hidden: [4], angles: true, context: 1 }],
  ['mixtures of logistics', () => onLine(logisticMixture({ components: 2 })), { hidden: [4] }],
])('tells hooks what the inverse is made of: %s', (_, make, options) => {
  const family = make()
  const { context = 0 } = options
  const conditioner = new MADE({ dimensions: 3, parameters: parameterSizes(family), ...options })
  const layer = new MaskedAutoregressive({ dimensions: 3, family, context, conditioner }).init({ seed: 1 })
  tf.tidy(() => {
    for (const [path, slot] of layer.parameters())
      slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), tensor(0.25))))
    const y = tf.mul(Rng.seed(1).normal([4, 3]), tensor(0.75))
    const call = { mode: 'eval' as const, ...(context > 0 && { context: Rng.seed(2).normal([4, context]) }) }
    const seen: SweepOptions[] = []
    const sweep = (told: SweepOptions): Swept => {
      seen.push(told)
      return byDefinition(told)
    }
    const hooked = withLoopHooks({ sweep }, () => layer.inverseAndLogDet(y, call))
    expect(seen).toHaveLength(1)
    const plain = layer.inverseAndLogDet(y, call)
    for (const name of ['value', 'logDet'] as const) {
      const [got, want] = [hooked[name].dataSync(), plain[name].dataSync()]
      expect(hooked[name].shape).toEqual(plain[name].shape)
      for (const [i, value] of want.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(within)
    }
  })
  layer.dispose()
})
