import type { Step } from './columns.js'
import { findLattice } from './lattice.js'

/** What a column is found to be: the steps before standardisation, and a note for the user. */
export interface Detected {
  readonly steps: Step[]
  readonly note?: string
}

const quantile = (sorted: Float64Array, level: number): number => sorted[Math.round(level * (sorted.length - 1))]!

/** How much longer the upper tail is than the lower, by the quantiles of 1 and 99 %. */
function skew(low: number, middle: number, high: number): number {
  return (high - middle) / (middle - low)
}

/**
 * Finds what a column is from its sorted values: on a lattice; a share in (0, 1) that comes near to both ends; positive with an upper
 * tail at least eight times the lower one, which a logarithm evens out; or plain.
 */
export function detect(sorted: Float64Array): Detected {
  const lattice = findLattice(sorted)
  if (lattice) return { steps: [{ type: 'dequantise', lattice }] }
  const first = sorted[0]!
  const last = sorted[sorted.length - 1]!
  const [low, middle, high] = [quantile(sorted, 0.01), quantile(sorted, 0.5), quantile(sorted, 0.99)]
  const enough = sorted.length >= 50
  if (enough && first > 0 && last < 1 && low < 0.02 && high > 0.98)
    return { steps: [{ type: 'logit', lower: 0, upper: 1 }] }
  if (enough && first > 0 && skew(low, middle, high) > 8) {
    const evened = skew(Math.log(low), Math.log(middle), Math.log(high))
    if (evened > 1 / 4 && evened < 4) return { steps: [{ type: 'log', shift: 0 }] }
  }
  const atom = mostFrequent(sorted)
  if (atom.count >= 10 && atom.count / sorted.length > 0.05)
    return {
      steps: [],
      note: `${atom.value} stands in ${Math.round((100 * atom.count) / sorted.length)} % of the rows, where a density has no upper bound`,
    }
  return { steps: [] }
}

function mostFrequent(sorted: Float64Array): { value: number; count: number } {
  let best = { value: sorted[0]!, count: 0 }
  let from = 0
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[from]) continue
    if (i - from > best.count) best = { value: sorted[from]!, count: i - from }
    from = i
  }
  return best
}
