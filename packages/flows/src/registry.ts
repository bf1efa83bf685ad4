import * as bijectors from '@ebbflow/bijectors'
import { type Registry, registryOf, type SavedType } from '@ebbflow/core'
import * as distributions from '@ebbflow/distributions'
import { Dequantised } from './dequantise/dequantised.js'
import { UniformDequantiser } from './dequantise/noise.js'
import { VariationalDequantiser } from './dequantise/variational.js'
import { Flow } from './flow.js'
import { JointFlow } from './joint.js'

const isType = (value: unknown): value is SavedType =>
  value !== null &&
  (typeof value === 'function' || typeof value === 'object') &&
  typeof (value as SavedType).type === 'string' &&
  typeof (value as SavedType).fromConfig === 'function'

/**
 * Every type of this release that a model file may build; give `registryOf(...standardTypes(), MyLayer)` to files that hold layers of
 * your own.
 *
 * @example
 * ```ts
 * const flow = loadFlow(bytes, registryOf(...standardTypes(), MyLayer)).flow
 * ```
 */
export const standardTypes = (): SavedType[] =>
  [
    Flow,
    JointFlow,
    Dequantised,
    UniformDequantiser,
    VariationalDequantiser,
    ...Object.values(bijectors),
    ...Object.values(distributions),
  ].filter(isType) as SavedType[]

/** The registry of {@link standardTypes}. */
export const standardRegistry = (): Registry => registryOf(...standardTypes())
