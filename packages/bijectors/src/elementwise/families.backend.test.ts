import { gradients, registryOf } from '@ebbflow/core'
import { bijectorContract, drawTensor, REALS } from '@ebbflow/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  bernstein,
  bernsteinType,
  CIRCLE,
  circularSpline,
  circularSplineType,
  type Family,
  logisticMixture,
  logisticMixtureType,
  monotoneNetwork,
  monotoneNetworkType,
  onLine,
  onLineType,
  UNIT,
} from '../families/index.js'
import { Elementwise } from './elementwise.js'

const registry = registryOf(
  Elementwise,
  bernsteinType,
  circularSplineType,
  logisticMixtureType,
  monotoneNetworkType,
  onLineType,
)
const wide = [-1e6, -50, -1, 0, 1, 50, 1e6]
const unit = [-1, 0, 1e-6, 0.5, 1, 2]

bijectorContract('Elementwise mixture of logistics, onto (0, 1)', {
  make: () => new Elementwise({ family: logisticMixture({ components: 4 }), shape: [3] }),
  event: [3],
  range: UNIT,
  kappa: 64,
  edges: { forward: wide, inverse: unit },
  registry,
})
bijectorContract('Elementwise mixture of logistics, on ℝ', {
  make: () => new Elementwise({ family: onLine(logisticMixture({ components: 4 })), shape: [3] }),
  event: [3],
  spread: 3,
  parameterSpread: 0.8,
  kappa: 32,
  edges: { forward: wide, inverse: wide },
  registry,
})
bijectorContract('Elementwise Bernstein polynomial, on (0, 1)', {
  make: () => new Elementwise({ family: bernstein({ degree: 5 }), shape: [3] }),
  event: [3],
  domain: UNIT,
  range: UNIT,
  parameterSpread: 1,
  kappa: 32,
  edges: { forward: unit, inverse: unit },
  registry,
})
bijectorContract('Elementwise Bernstein polynomial, on ℝ', {
  make: () => new Elementwise({ family: onLine(bernstein({ degree: 5 })), shape: [3] }),
  event: [3],
  spread: 3,
  parameterSpread: 1,
  kappa: 32,
  edges: { forward: wide, inverse: wide },
  registry,
})
bijectorContract('Elementwise circular spline', {
  make: () => new Elementwise({ family: circularSpline({ bins: 5 }), shape: [3] }),
  event: [3],
  domain: CIRCLE,
  range: CIRCLE,
  parameterSpread: 1,
  kappa: 64,
  edges: { forward: [-10, -Math.PI, 0, Math.PI, 10], inverse: [-10, -Math.PI, 0, Math.PI, 10] },
  registry,
})
bijectorContract('Elementwise monotone network', {
  make: () => new Elementwise({ family: monotoneNetwork({ width: 4, layers: 2 }), shape: [2] }),
  event: [2],
  spread: 3,
  parameterSpread: 0.8,
  kappa: 32,
  edges: { forward: wide, inverse: wide },
  registry,
})

for (const dimensions of [1, 5, 64]) {
  const families: Record<string, { family: Family; on?: typeof UNIT }> = {
    'mixture of logistics': { family: onLine(logisticMixture({ components: 2 })) },
    'Bernstein polynomial': { family: onLine(bernstein({ degree: 4 })) },
    'circular spline': { family: circularSpline({ bins: 4 }), on: CIRCLE },
    'monotone network': { family: monotoneNetwork({ width: 2 }) },
  }
  for (const [name, { family, on }] of Object.entries(families))
    bijectorContract(`Elementwise ${name}, D = ${dimensions}`, {
      make: () => new Elementwise({ family, shape: [dimensions] }),
      event: [dimensions],
      ...(on ? { domain: on, range: on } : {}),
      kappa: 64,
      rows: dimensions > 5 ? 1 : 6,
      registry,
    })
}

describe('parts of a family that start alike', () => {
  it.each([
    ['mixture of logistics', onLine(logisticMixture({ components: 4 })), 'means'],
    ['monotone network', monotoneNetwork({ width: 4 }), 'shift0'],
  ] as const)('have gradients of their own in a %s, so that they part', (_, family, name) => {
    tf.tidy(() => {
      const layer = new Elementwise({ family, shape: [1] }).init()
      const x = drawTensor(REALS, 'x', [32, 1], 2)
      const slot = layer.slots().get(name)!
      const loss = (): tf.Tensor => {
        const { value, logDet } = layer.forwardAndLogDet(x)
        return tf.sub(tf.mul(tf.sum(tf.square(value)), 0.5), tf.sum(logDet))
      }
      const sorted = gradients(loss, [slot.value])[0]!.dataSync().map(Math.abs).sort()
      for (let k = 1; k < sorted.length; k++) expect(sorted[k]! / sorted[k - 1]!).toBeGreaterThan(1.5)
      layer.dispose()
    })
  })
})
