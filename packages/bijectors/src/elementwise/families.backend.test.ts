import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import {
  bernstein,
  bernsteinType,
  CIRCLE,
  circularSpline,
  circularSplineType,
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
