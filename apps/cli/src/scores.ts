import { densities, type Flow } from '@ebbflow/flows'
import { type ColumnTransform, type ModelRows, standardisedOffset } from '@ebbflow/training'
import { breathe } from './io.js'

/** A mean negative log-likelihood in nats a row. */
export interface Nll {
  /** With the columns divided by their deviations: comparable between datasets, and with what others report. */
  readonly standardised: number
  /** In the data's own units. */
  readonly data: number
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** A mean negative log-likelihood in model units, in the units that people are told; `logDet` is that of the same rows. */
export function nllOf(columns: readonly ColumnTransform[], logDet: Float64Array, inModel: number): Nll {
  const data = inModel - mean(logDet)
  return { data, standardised: data - standardisedOffset(columns) }
}

const BLOCK = 4096

/** log p of each row in the data's units: −∞ where a value lies outside a column's support. */
export async function logDensities(flow: Flow, rows: ModelRows): Promise<Float64Array> {
  const width = rows.values.length / rows.logDet.length
  const out = new Float64Array(rows.logDet.length)
  for (let start = 0; start < out.length; start += BLOCK) {
    out.set(densities(flow, rows.values.subarray(start * width, (start + BLOCK) * width)), start)
    await breathe()
  }
  for (const [i, logDet] of rows.logDet.entries()) out[i]! += logDet
  return out
}

/** Log-densities of training rows by level, fine towards the lowest, where anomalies are. */
export interface Quantiles {
  readonly levels: number[]
  readonly values: number[]
}

const TAIL = [0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005]
const LEVELS = [...TAIL, ...Array.from({ length: 100 }, (_, i) => (i + 1) / 100)]

/** The quantiles of log-densities. */
export function quantilesOf(values: Float64Array): Quantiles {
  const sorted = values.slice().sort()
  return {
    levels: LEVELS,
    values: LEVELS.map((level) => {
      const place = level * (sorted.length - 1)
      const below = sorted[Math.floor(place)]!
      return below + (place % 1) * (sorted[Math.ceil(place)]! - below)
    }),
  }
}

/** The share of training rows that are less likely than a log-density, interpolated between quantiles. */
export function shareLessLikely({ levels, values }: Quantiles, logDensity: number): number {
  if (!(logDensity > values[0]!)) return 0
  const above = values.findIndex((value) => value > logDensity)
  if (above < 0) return 1
  const [low, high] = [values[above - 1]!, values[above]!]
  return levels[above - 1]! + ((logDensity - low) / (high - low)) * (levels[above]! - levels[above - 1]!)
}
