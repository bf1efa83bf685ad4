import { EbbflowError } from '@ebbflow/core'
import { densities, draw } from '../arrays.js'
import type { Flow } from '../flow.js'
import { type CubatureOptions, cubature, type Integral } from './cubature.js'

/** How {@link massOf} integrates. */
export interface MassOptions extends CubatureOptions {
  /** The box's corners. */
  box?: { readonly lower: readonly number[]; readonly upper: readonly number[] }
}

/** Where a density was integrated, and what came out. */
export interface Mass extends Integral {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

/**
 * ∫ p(x) dx of a flow of one or two values, by adaptive cubature over a box: that of 4096 draws of twice the noise's spread unless given, or of
 * plain draws where the noise is bounded. For a right log-determinant 1, but for what lies outside.
 *
 * @throws EbbflowError `unsupported` for a flow of more values, a conditional one or one that only estimates its density.
 * @example
 * ```ts
 * const { total } = massOf(flow) // 1.0000
 * ```
 */
export function massOf(flow: Flow, options: MassOptions = {}): Mass {
  const d = flow.eventShape[0]
  if (flow.eventShape.length !== 1 || (d !== 1 && d !== 2) || flow.context > 0 || flow.estimated)
    throw new EbbflowError('unsupported', 'only exact densities of one or two values are integrated', {
      expected: 'events of shape [1] or [2], no context, exact log-determinants',
      received: `[${flow.eventShape}]${flow.context > 0 ? ', conditional' : ''}${flow.estimated ? ', estimated' : ''}`,
    })
  const { lower, upper } = options.box ?? boxOf(flow, d)
  const near = draw(flow, 256, { seed: 'mass' })
  const density = (points: Float64Array): Float64Array => densities(flow, points).map(Math.exp)
  return { ...cubature(density, lower, upper, { near, ...options }), lower, upper }
}

/** The box of wide draws. */
function boxOf(flow: Flow, d: number): { lower: number[]; upper: number[] } {
  const { lower: least, upper: most } = flow.base.support
  const temperature = Number.isFinite(least) || Number.isFinite(most) ? 1 : 2
  const wide = draw(flow, 4096, { seed: 'mass', temperature })
  const lower = Array<number>(d).fill(Infinity)
  const upper = Array<number>(d).fill(-Infinity)
  wide.forEach((value, i) => {
    lower[i % d] = Math.min(lower[i % d]!, value)
    upper[i % d] = Math.max(upper[i % d]!, value)
  })
  return { lower, upper }
}
