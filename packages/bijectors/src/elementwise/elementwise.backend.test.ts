import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import {
  affine,
  affineType,
  composed,
  composedType,
  rationalQuadratic,
  rationalQuadraticType,
  shift,
  shiftType,
} from '../families/index.js'
import { Elementwise } from './elementwise.js'

const registry = registryOf(Elementwise, shiftType, affineType, composedType, rationalQuadraticType)
const around = (edge: number): number[] => [-1e6, -2 * edge, -edge, 0, edge, 2 * edge, 1e6]

bijectorContract('Elementwise shift', {
  make: () => new Elementwise({ family: shift(), shape: [3] }),
  event: [3],
  registry,
})
bijectorContract('Elementwise affine', {
  make: () => new Elementwise({ family: affine(), shape: [3] }),
  event: [3],
  kappa: 8,
  edges: { forward: around(1), inverse: around(1) },
  registry,
})
bijectorContract('Elementwise affine, unbounded', {
  make: () => new Elementwise({ family: affine({ bound: Infinity }), shape: [2] }),
  event: [2],
  kappa: 8,
  registry,
})
bijectorContract('Elementwise rational-quadratic', {
  make: () => new Elementwise({ family: rationalQuadratic({ bins: 6, bound: 3 }), shape: [3] }),
  event: [3],
  spread: 1.5,
  parameterSpread: 1,
  kappa: 64,
  edges: { forward: around(3), inverse: around(3) },
  registry,
})
bijectorContract('Elementwise rational-quadratic before affine', {
  make: () => new Elementwise({ family: composed(rationalQuadratic({ bins: 4, bound: 3 }), affine()), shape: [2] }),
  event: [2],
  spread: 1.5,
  kappa: 64,
  edges: { forward: around(3), inverse: around(3) },
  registry,
})

for (const shape of [[1], [2], [5], [64], [8, 8, 4]]) {
  bijectorContract(`Elementwise shift, [${shape}]`, {
    make: () => new Elementwise({ family: shift(), shape }),
    event: shape,
    registry,
  })
  bijectorContract(`Elementwise affine, [${shape}]`, {
    make: () => new Elementwise({ family: affine(), shape }),
    event: shape,
    kappa: 8,
    registry,
  })
  bijectorContract(`Elementwise rational-quadratic, [${shape}]`, {
    make: () => new Elementwise({ family: rationalQuadratic({ bins: 4, bound: 3 }), shape }),
    event: shape,
    spread: 1.5,
    kappa: 64,
    rows: shape.length === 1 ? 6 : 1,
    registry,
  })
}
