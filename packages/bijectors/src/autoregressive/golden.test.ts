import { readFileSync } from 'node:fs'
import { EVAL, type NestedNumbers, tensor, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Activation } from '../conditioners/activation.js'
import { MADE } from '../conditioners/made.js'
import {
  affine,
  bernstein,
  circularSpline,
  type Family,
  type FamilyParameters,
  logisticMixture,
  monotoneNetwork,
  onLine,
  rationalQuadratic,
} from '../families/index.js'
import { MaskedAutoregressive } from './masked-autoregressive.js'
import { parameterSizes } from './plan.js'

interface NetworkCase {
  source: string
  family: string
  activation: Activation
  order: number[]
  kernels: number[][][]
  biases: number[][]
  x: number[][]
  y: number[][]
  logDet: number[]
  context: number[][] | null
  inverse: number[][]
}
interface FamilyCase {
  family: string
  source: string
  options: object
  parameters: Record<string, NestedNumbers>
  x: number[]
  y: number[]
  logDet: number[]
}

const { networks, families } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/bijectors-autoregressive.json', import.meta.url), 'utf8'),
) as { networks: NetworkCase[]; families: FamilyCase[] }

const near = (found: tf.Tensor, expected: NestedNumbers, what: string): void => {
  const there = tensor(expected).dataSync()
  found.dataSync().forEach((value, i) => {
    expect(Math.abs(value - there[i]!), `${what} ${i}`).toBeLessThan(1e-9 * (1 + Math.abs(there[i]!)))
  })
}
const inDouble = (body: () => void): void =>
  withBackend('float64', () => {
    tf.tidy(() => {
      body()
    })
  })

describe('masked autoregressive layers give what other libraries give', () => {
  it.each(networks)('$source', (one) => {
    inDouble(() => {
      const family = one.family === 'affine' ? affine({ bound: Infinity }) : rationalQuadratic({ bins: 5, bound: 3 })
      const dimensions = one.order.length
      const context = one.context ? one.context[0]!.length : 0
      const hidden = one.biases.slice(0, -1).map((bias) => bias.length)
      const { order, activation } = one
      const conditioner = new MADE({
        ...{ dimensions, context, hidden, order, activation },
        parameters: parameterSizes(family),
      })
      const layer = new MaskedAutoregressive({ dimensions, context, family, conditioner }).init()
      for (const [path, slot] of conditioner.slots()) {
        const [index, name] = path.split('.') as [string, 'kernel' | 'bias']
        slot.assign(tensor((name === 'kernel' ? one.kernels : one.biases)[Number(index)]!))
      }
      const call = one.context ? { ...EVAL, context: tensor(one.context) } : EVAL
      const { value, logDet } = layer.forwardAndLogDet(tensor(one.x), call)
      near(value, one.y, 'y')
      near(logDet, one.logDet, 'log-determinant')
      near(layer.inverse(tensor(one.x), call), one.inverse, 'inverse')
      near(layer.inverse(tensor(one.y), call), one.x, 'round trip')
      layer.dispose()
    })
  })
})

/** The family of a case, and its constrained parameters. */
function familyOf({ family, options, parameters: p }: FamilyCase): { family: Family; parameters: FamilyParameters } {
  if (family.startsWith('logistic-mixture')) {
    const own = logisticMixture(options)
    const parameters = {
      logWeights: tf.log(tensor(p.weights!)),
      means: tensor(p.means!),
      logScales: tf.log(tensor(p.scales!)),
    }
    return { family: family.endsWith('line') ? onLine(own) : own, parameters }
  }
  if (family.startsWith('bernstein')) {
    const own = bernstein(options)
    const increments = tensor(p.increments!)
    const parameters = {
      logUp: tf.log(tf.cumsum(increments, 0)),
      logDown: tf.log(tf.cumsum(increments, 0, false, true)),
      logSteps: tf.log(increments),
    }
    return { family: family.endsWith('line') ? onLine(own) : own, parameters }
  }
  if (family === 'monotone-network') {
    const { slopes, shifts, joins } = p as Record<string, NestedNumbers[]>
    const entries = slopes!.flatMap((slope, l): [string, tf.Tensor][] => [
      [`logSlope${l}`, tf.log(tensor(slope))],
      [`shift${l}`, tensor(shifts![l]!)],
      [`logJoin${l}`, tf.log(tensor(joins![l]!))],
    ])
    return { family: monotoneNetwork(options), parameters: Object.fromEntries(entries) }
  }
  const own = circularSpline(options)
  const raw = Object.fromEntries(Object.entries(p).map(([name, value]) => [name, tensor(value)]))
  return { family: own, parameters: own.constrain(raw) }
}

describe('families give what other libraries and mpmath give', () => {
  it.each(families)('$family, $source', (one) => {
    inDouble(() => {
      const { family, parameters } = familyOf(one)
      const { value, logDet } = family.forward(parameters, tensor(one.x))
      near(value, one.y, 'y')
      near(logDet, one.logDet, 'log-derivative')
      near(family.inverse(parameters, value).value, one.x, 'round trip')
      near(
        family.inverse(parameters, value).logDet,
        one.logDet.map((v) => -v),
        'log-derivative of the inverse',
      )
    })
  })

  it('are all there', () => {
    expect(networks.length).toBeGreaterThanOrEqual(3)
    expect(new Set(families.map((one) => one.family)).size).toBeGreaterThanOrEqual(6)
  })
})
