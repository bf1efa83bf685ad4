import { registryOf } from '@ebbflow/core'
import { bijectorContract } from '@ebbflow/testing'
import { MADE, type MADEOptions } from '../conditioners/made.js'
import {
  affine,
  affineType,
  type Family,
  rationalQuadratic,
  rationalQuadraticType,
  shift,
  shiftType,
} from '../families/index.js'
import { MaskedAutoregressive } from './masked-autoregressive.js'
import { parameterSizes } from './plan.js'

const registry = registryOf(MaskedAutoregressive, MADE, shiftType, affineType, rationalQuadraticType)
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

bijectorContract('MaskedAutoregressive of shifts', {
  make: () => layer(shift(), 5, { hidden: [7], order: 'reversed' }),
  event: [5],
  kappa: 8,
  registry,
})
bijectorContract('MaskedAutoregressive of affine maps', {
  make: () => layer(affine(), 4, { order: [2, 0, 3, 1], activation: 'silu' }),
  event: [4],
  parameterSpread: 0.3,
  kappa: 64,
  registry,
})
