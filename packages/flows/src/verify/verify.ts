import {
  currentBackend,
  EbbflowError,
  FLOAT64,
  loadBackend,
  type Shape,
  sizeOf,
  tensor,
  withBackend,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Rows, table } from '../arrays.js'
import type { Flow } from '../flow.js'
import { inspect, type Setting } from './inspect.js'
import { massOf } from './mass.js'
import { callOf, difference, type Points, single } from './passes.js'
import { type FlowReport, verdictOf, worstOf } from './report.js'
import { visits } from './visits.js'

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** One context a row, for conditional flows. */
  context?: Rows
  /** Most rows that are looked at, evenly spaced. Default 16. */
  rows?: number
  /** Most values of a layer's event for which Jacobians are computed. Default 64. */
  dimensions?: number
  /** Whether the density of one or two values is integrated. Default true. */
  mass?: boolean
}

/** How far a mass may be from 1. */
const MASS = 0.01

/**
 * Verifies a flow on data: a clone runs in double precision, and each layer is asked, at the values that reach it, whether its two
 * directions undo each other, whether its log-determinants are those of its exact Jacobians, how well conditioned it is, and whether single
 * precision agrees. Layers that are made of layers are looked into. The density of one or two values is integrated. The verdict names every layer at fault by its path.
 *
 * @throws EbbflowError (as rejection) `shape` when the numbers do not make whole rows, `not-initialised` for a flow without values.
 * @example
 * ```ts
 * const { soundness, verdict, layers } = await verify(flow, rows)
 * ```
 */
export async function verify(
  flow: Flow | Flow<tf.Tensor>,
  rows: Rows,
  options: VerifyOptions = {},
): Promise<FlowReport> {
  await loadBackend('float64')
  const working = currentBackend()
  const double = flow.clone() as Flow
  try {
    const { x, context } = chosen(flow, rows, options)
    const { dimensions = 64 } = options
    const setting = { working, context, dimensions }
    const { found, complete } = withBackend(FLOAT64, () => visits(double.bijector, 'bijector', x, context))
    const reports = found.flatMap((visit) => inspect(visit, setting)).reverse()
    const exact = !flow.estimated && complete
    const logProb = exact && working !== FLOAT64 ? densityDifference(double, x, setting) : null
    const small = flow.eventShape.length === 1 && flow.eventShape[0]! <= 2 && flow.context === 0
    const mass = exact && small && (options.mass ?? true) ? massOf(double).total : null
    const massFaulty = mass !== null && !(Math.abs(mass - 1) <= MASS)
    return {
      soundness: worstOf([...reports.map((r) => r.soundness), massFaulty ? 'faulty' : 'sound']),
      verdict: verdictOf(reports, mass, massFaulty),
      rows: x.shape[0]!,
      layers: reports,
      logProb,
      mass,
    }
  } finally {
    double.dispose()
  }
}

/** The rows that are looked at, as single precision holds them. */
function chosen(flow: Flow | Flow<tf.Tensor>, rows: Rows, { rows: most = 16, context }: VerifyOptions) {
  const all = table(rows, sizeOf(flow.eventShape), 'rows')
  if (all.count === 0) throw new EbbflowError('data', 'a flow is verified on at least one row')
  const count = Math.min(most, all.count)
  const at = Array.from({ length: count }, (_, i) => Math.floor((i * all.count) / count))
  const pick = (from: ReturnType<typeof table>, shape: Shape): Points => ({
    values: single(at.flatMap((i) => [...from.slice(i, i + 1)])),
    shape: [count, ...shape],
  })
  return {
    x: pick(all, flow.eventShape),
    context: context && pick(table(context, flow.context, 'context'), [flow.context]),
  }
}

function densityDifference(flow: Flow, x: Points, { working, context }: Setting): number {
  const logProb = (): Float64Array => {
    const held: Float64Array[] = []
    tf.tidy(() => {
      held.push(Float64Array.from(flow.logProbIn(tensor(x.values, x.shape), callOf(context)).dataSync()))
    })
    return held[0]!
  }
  return difference(withBackend(working, logProb), withBackend(FLOAT64, logProb))
}
