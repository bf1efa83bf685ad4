/** A function of many points at once: flat coordinates, point after point, to one value a point. */
export type Integrand = (points: Float64Array) => ArrayLike<number>

/** How {@link cubature} refines. */
export interface CubatureOptions {
  /** Cells along each axis to begin with. Default 64 for one axis, 12 for two. */
  divisions?: number
  /** Difference between a cell's value and its parts' at which it is split no more. Default 1e-6. */
  tolerance?: number
  /** Most splits of a cell. Default 8. */
  depth?: number
  /** Evaluations after which no cell is split any more. Default 2 million. */
  maxEvaluations?: number
  /** Points near which cells are split at least three times, so that narrow peaks are not missed. */
  near?: ArrayLike<number>
}

/** An integral, and its shares by the cells of the first division, the last axis running fastest. */
export interface Integral {
  readonly total: number
  readonly parts: Float64Array
  /** How often the integrand was evaluated. */
  readonly evaluations: number
}

/** Gauss and Legendre's rule of five points on (−1, 1). */
const FAR = Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3
const NEAR = Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3
const NODES = [-FAR, -NEAR, 0, NEAR, FAR]
const SMALL = (322 - 13 * Math.sqrt(70)) / 900
const LARGE = (322 + 13 * Math.sqrt(70)) / 900
const WEIGHTS = [SMALL, LARGE, 128 / 225, LARGE, SMALL]

interface Cell {
  readonly centre: readonly number[]
  readonly half: readonly number[]
  /** Place in the first division. */
  readonly part: number
  readonly value: number
}

/**
 * The integral over a box of one or two dimensions, by the product of Gauss–Legendre rules on cells that are halved along each axis until
 * their value stays (adaptive cubature). The integrand is asked for all cells of a generation at once.
 */
export function cubature(
  f: Integrand,
  lower: readonly number[],
  upper: readonly number[],
  options: CubatureOptions = {},
): Integral {
  const d = lower.length
  const { divisions = d === 1 ? 64 : 12, tolerance = 1e-6, depth = 8, maxEvaluations = 2e6, near = [] } = options
  const count = divisions ** d
  const parts = new Float64Array(count)
  let evaluations = 0
  const half = lower.map((low, i) => (upper[i]! - low) / divisions / 2)
  const rule = (cells: Omit<Cell, 'value'>[]): Cell[] => {
    const points = new Float64Array(cells.length * NODES.length ** d * d)
    let at = 0
    for (const { centre, half } of cells)
      for (const place of places(d))
        for (let i = 0; i < d; i++) points[at++] = centre[i]! + half[i]! * NODES[place[i]!]!
    const values = f(points)
    evaluations += values.length
    at = 0
    return cells.map((cell) => {
      let sum = 0
      for (const place of places(d)) sum += values[at++]! * place.reduce((w, p) => w * WEIGHTS[p]!, 1)
      return { ...cell, value: sum * cell.half.reduce((a, b) => a * b, 1) }
    })
  }
  let active = rule(
    Array.from({ length: count }, (_, part) => ({
      part,
      half,
      centre: half.map((h, i) => lower[i]! + h * (2 * (Math.floor(part / divisions ** (d - 1 - i)) % divisions) + 1)),
    })),
  )
  const holds = ({ centre, half }: Omit<Cell, 'value'>): boolean => {
    for (let p = 0; p < near.length; p += d)
      if (half.every((h, i) => Math.abs(near[p + i]! - centre[i]!) <= h)) return true
    return false
  }
  for (let generation = 0; active.length > 0; generation++) {
    const children = rule(active.flatMap(split))
    const next: Cell[] = []
    for (const [i, cell] of active.entries()) {
      const own = children.slice(i * 2 ** d, (i + 1) * 2 ** d)
      const sum = own.reduce((total, child) => total + child.value, 0)
      const settled = Math.abs(sum - cell.value) <= tolerance && (generation >= 3 || !holds(cell))
      // a value that is none stays none, however small the cells
      if (settled || Number.isNaN(sum) || generation + 1 >= depth || evaluations >= maxEvaluations)
        parts[cell.part]! += sum
      else next.push(...own)
    }
    active = next
  }
  return { total: parts.reduce((a, b) => a + b, 0), parts, evaluations }
}

/** Every combination of nodes. */
function* places(d: number): Generator<number[]> {
  for (let i = 0; i < NODES.length; i++) {
    if (d === 1) yield [i]
    else for (let j = 0; j < NODES.length; j++) yield [i, j]
  }
}

/** The 2ᵈ halves of a cell. */
function split({ centre, half, part }: Cell): Omit<Cell, 'value'>[] {
  const d = centre.length
  const halved = half.map((h) => h / 2)
  return Array.from({ length: 2 ** d }, (_, corner) => ({
    part,
    half: halved,
    centre: centre.map((c, i) => c + halved[i]! * ((corner >> i) & 1 ? 1 : -1)),
  }))
}
