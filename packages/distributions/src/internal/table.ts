import { check, EbbflowError } from '@ebbflow/core'

/** A density that is linear within each bin: bin i runs from `edges[i]` to `edges[i + 1]`, its density from `left[i]` to `right[i]`. */
export interface TabulatedBins {
  readonly edges: ArrayLike<number>
  readonly left: ArrayLike<number>
  readonly right: ArrayLike<number>
}

/** TabulatedBins of total mass 1, with what the distribution needs of them. */
export interface Table {
  readonly edges: Float64Array
  readonly left: Float64Array
  readonly right: Float64Array
  /** The cumulated mass at each edge. */
  readonly cumulated: Float64Array
  readonly mean: number
  readonly variance: number
  readonly entropy: number
}

/** Checks bins and divides them by their mass. */
export function tabulate(bins: TabulatedBins): Table {
  const edges = Float64Array.from(bins.edges)
  const left = Float64Array.from(bins.left)
  const right = Float64Array.from(bins.right)
  const n = edges.length - 1
  check(n >= 1 && left.length === n && right.length === n, 'a table needs one more edge than bins', {
    received: `${edges.length} edges, ${left.length} and ${right.length} densities`,
  })
  let total = 0
  for (let i = 0; i < n; i++) {
    const width = edges[i + 1]! - edges[i]!
    check(width > 0 && width < Infinity, 'edges must be finite and ascend', {
      received: `${edges[i]}, ${edges[i + 1]}`,
    })
    for (const [density, x] of [
      [left[i]!, edges[i]!],
      [right[i]!, edges[i + 1]!],
    ] as const)
      if (!(density >= 0 && density < Infinity))
        throw new EbbflowError('domain', `the density must be finite and at least 0 at x = ${x}`, {
          received: `${density}`,
        })
    total += ((left[i]! + right[i]!) / 2) * width
  }
  if (!(total > 0 && total < Infinity))
    throw new EbbflowError('domain', 'the density has no mass to normalise', { received: `${total}` })
  // a table that was saved is of mass 1 but for rounding, and must stay the same to the bit
  const unit = Math.abs(total - 1) < 1e-12 ? 1 : total
  const cumulated = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) {
    left[i]! /= unit
    right[i]! /= unit
    cumulated[i + 1] = cumulated[i]! + ((left[i]! + right[i]!) / 2) * (edges[i + 1]! - edges[i]!)
  }
  cumulated[n] = 1
  return { edges, left, right, cumulated, ...momentsOf(edges, left, right) }
}

function momentsOf(edges: Float64Array, left: Float64Array, right: Float64Array) {
  const sumOver = (term: (a: number, b: number, width: number, edge: number) => number): number =>
    left.reduce((sum, a, i) => sum + term(a, right[i]!, edges[i + 1]! - edges[i]!, edges[i]!), 0)
  // ∫ yᵏ p over a bin, y from its left edge, is widthᵏ⁺¹ (a / (k + 1) − (a − b) / (k + 2))
  const first = (a: number, b: number, w: number) => w * w * (a / 6 + b / 3)
  const second = (a: number, b: number, w: number) => w ** 3 * (a / 12 + b / 4)
  const mass = (a: number, b: number, w: number) => ((a + b) / 2) * w
  const mean = sumOver((a, b, w, e) => e * mass(a, b, w) + first(a, b, w))
  const variance = sumOver((a, b, w, e) => {
    const c = e - mean
    return c * c * mass(a, b, w) + 2 * c * first(a, b, w) + second(a, b, w)
  })
  const entropy = -sumOver((a, b, w) => w * meanOfPLogP(a, b))
  return { mean, variance, entropy }
}

/** The mean of p log p for p uniform between a and b: [½ p² log p − ¼ p²] / (b − a). */
function meanOfPLogP(a: number, b: number): number {
  const middle = (a + b) / 2
  if (middle === 0) return 0
  const difference = b - a
  // the closed form cancels for nearly equal ends, where two terms of its series are exact to rounding
  if (Math.abs(difference) < 1e-3 * middle) {
    const r = difference / middle
    return middle * (Math.log(middle) + (r * r) / 24 + r ** 4 / 960)
  }
  const primitive = (p: number): number => (p > 0 ? (p * p * Math.log(p)) / 2 - (p * p) / 4 : 0)
  return (primitive(b) - primitive(a)) / difference
}

/** An interval cut into bins of equal width. */
export interface TabulatedGrid {
  /** Lower end of the interval. */
  lower: number
  /** Upper end of the interval. */
  upper: number
  /** TabulatedBins. Default 1024. */
  bins?: number
}

const gridOf = ({ lower, upper, bins = 1024 }: TabulatedGrid): ((i: number) => number) => {
  check(lower < upper && Number.isFinite(upper - lower), 'an interval needs finite ends in order', {
    received: `[${lower}, ${upper}]`,
  })
  check(Number.isInteger(bins) && bins >= 1, 'bins must be a positive integer', { received: `${bins}` })
  return (i) => (i === bins ? upper : lower + ((upper - lower) * i) / bins)
}

/** TabulatedBins from a density, evaluated at their edges. */
export function binsOfDensity(density: (x: number) => number, grid: TabulatedGrid): TabulatedBins {
  const at = gridOf(grid)
  const edges = Float64Array.from({ length: (grid.bins ?? 1024) + 1 }, (_, i) => at(i))
  const values = edges.map((x) => density(x))
  return { edges, left: values.subarray(0, -1), right: values.subarray(1) }
}

/** TabulatedBins from a cumulative distribution function, evaluated at their edges and centres; each holds exactly the mass between its ends. */
export function binsOfCdf(cdf: (x: number) => number, grid: TabulatedGrid): TabulatedBins {
  const at = gridOf(grid)
  const edges = [at(0)]
  const left: number[] = []
  const right: number[] = []
  const push = (to: number, a: number, b: number): void => {
    edges.push(to)
    left.push(a)
    right.push(b)
  }
  let from = cdf(at(0))
  for (let i = 0; i < (grid.bins ?? 1024); i++) {
    const middle = at(i + 0.5)
    const half = cdf(middle)
    const to = cdf(at(i + 1))
    if (!(from <= half && half <= to))
      throw new EbbflowError(
        'domain',
        `a cumulative distribution function must not fall, as it does near x = ${middle}`,
        {
          received: `${from}, ${half}, ${to}`,
        },
      )
    const width = at(i + 1) - at(i)
    const a = (-3 * from + 4 * half - to) / width
    const b = (from - 4 * half + 3 * to) / width
    if (a >= 0 && b >= 0) push(at(i + 1), a, b)
    else {
      // too uneven for a line: a step at the centre
      push(middle, (half - from) / (middle - at(i)), (half - from) / (middle - at(i)))
      push(at(i + 1), (to - half) / (at(i + 1) - middle), (to - half) / (at(i + 1) - middle))
    }
    from = to
  }
  return { edges, left, right }
}

/** TabulatedBins of constant density from the counts of a histogram. */
export function binsOfHistogram(counts: ArrayLike<number>, edges: ArrayLike<number>): TabulatedBins {
  check(edges.length === counts.length + 1, 'a histogram has one more edge than counts', {
    received: `${edges.length} edges, ${counts.length} counts`,
  })
  const density = Float64Array.from(counts, (count, i) => count / (edges[i + 1]! - edges[i]!))
  return { edges, left: density, right: density }
}
