import { EbbflowError } from '@ebbflow/core'

/** The points (k · numerator + offset) / denominator for integers k: their values are correctly rounded, as in 775 / 60. */
export interface Lattice {
  readonly numerator: number
  readonly denominator: number
  readonly offset: number
}

/** A point of a lattice by its index. */
export const pointOf = (lattice: Lattice, index: number): number =>
  (index * lattice.numerator + lattice.offset) / lattice.denominator

/** How far from a point, in steps, a value still counts as standing on it: more than rounding to six decimals moves a minute. */
const TOLERANCE = 1e-3

/** The index of the cell [point, point + step) that holds `value`; a value just below a point counts as standing on it. */
export const cellOf = (lattice: Lattice, value: number): number =>
  Math.floor((value * lattice.denominator - lattice.offset) / lattice.numerator + TOLERANCE)

/** A finite number as a fraction with a denominator of at most a million, or over 1 when there is none as near. */
function fraction(value: number): [numerator: number, denominator: number] {
  // convergents of the continued fraction
  let [p0, q0, p1, q1] = [0, 1, 1, 0]
  let x = value
  for (let i = 0; i < 40; i++) {
    const whole = Math.floor(x)
    ;[p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0]
    if (q1 > 1e6) break
    if (Math.abs(p1 / q1 - value) <= 1e-9 * value) return [p1, q1]
    x = 1 / (x - whole)
  }
  return [value, 1]
}

/**
 * Reads a step as people write it: `1`, `0.5`, `1/60`.
 *
 * @throws EbbflowError `argument` unless it is a positive number or a ratio of two.
 */
export function parseStep(text: string): Lattice {
  const parts = text.split('/').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const [top = Number.NaN, bottom = 1] = parts
  if (parts.length > 2 || !(top > 0) || !(bottom > 0) || !Number.isFinite(top / bottom))
    throw new EbbflowError('argument', 'a lattice needs a step', { expected: '1, 0.5 or 1/60', received: `'${text}'` })
  const [numerator, denominator] =
    Number.isInteger(top) && Number.isInteger(bottom) ? [top, bottom] : fraction(top / bottom)
  return { numerator, denominator, offset: 0 }
}

/** A step as people read it: `1/60`, `0.5`, `1`. */
export function showStep({ numerator, denominator }: Lattice): string {
  const step = numerator / denominator
  return String(step).length <= 7 ? String(step) : `${numerator}/${denominator}`
}

/** Steps that people use and no decimal is: thirds, quarters of an hour, minutes, seconds, hours and minutes of a day. */
const HUMAN = [
  1 / 3,
  1 / 4,
  1 / 6,
  1 / 7,
  1 / 8,
  1 / 12,
  1 / 16,
  1 / 24,
  1 / 32,
  1 / 52,
  1 / 60,
  1 / 64,
  1 / 144,
  1 / 1440,
  1 / 3600,
  1 / 86400,
]

/** More cells than this within the range cannot be told apart in single precision. */
const MAX_CELLS = 1e6

/**
 * The coarsest lattice on which all `sorted` values stand, or undefined. A step that is no whole number also takes repeated values to be
 * believed: at least one row in fifty.
 */
export function findLattice(sorted: Float64Array): Lattice | undefined {
  const first = sorted[0]!
  const range = sorted[sorted.length - 1]! - first
  const distinct: number[] = [first]
  let gap = range
  for (const value of sorted) {
    const step = value - distinct[distinct.length - 1]!
    if (step <= 1e-9 * range) continue
    // one pair that is too close for any lattice settles it
    if (step * MAX_CELLS < range) return undefined
    gap = Math.min(gap, step)
    distinct.push(value)
  }
  const repeated = 1 - distinct.length / sorted.length
  for (const step of candidates(gap, range)) {
    const [numerator, denominator] = fraction(step)
    const offset = offsetOf(first, numerator, denominator)
    if (offset === undefined) continue
    const lattice = { numerator, denominator, offset }
    if (!distinct.every((value) => onLattice(lattice, value))) continue
    return Number.isInteger(step) || repeated >= 0.02 ? lattice : undefined
  }
  return undefined
}

/** Steps worth trying, the coarsest first. */
function candidates(gap: number, range: number): number[] {
  const parts = Array.from({ length: 12 }, (_, j) => gap / (j + 1))
  const decimals = Array.from({ length: 13 }, (_, j) => 10 ** (6 - j))
  return [...parts, ...decimals, ...HUMAN]
    .filter((step) => step <= gap * (1 + TOLERANCE) && step * MAX_CELLS >= range)
    .sort((a, b) => b - a)
}

/** The lattice of a stated step that goes through `value`, or the plain one when that cannot be told. */
export function latticeThrough({ numerator, denominator }: Lattice, value: number): Lattice {
  return { numerator, denominator, offset: offsetOf(value, numerator, denominator) ?? 0 }
}

/** The part of `value` that no whole number of steps makes, over the denominator; undefined when it is no fraction itself. */
function offsetOf(value: number, numerator: number, denominator: number): number | undefined {
  const scaled = value * denominator
  const rest = scaled - Math.floor(scaled / numerator) * numerator
  const snapped = Math.round(rest * 1e6) / 1e6
  if (Math.abs(rest - snapped) > TOLERANCE * numerator) return undefined
  return Math.abs(snapped - numerator) <= TOLERANCE * numerator || snapped <= TOLERANCE * numerator ? 0 : snapped
}

function onLattice(lattice: Lattice, value: number): boolean {
  const index = (value * lattice.denominator - lattice.offset) / lattice.numerator
  return Math.abs(index - Math.round(index)) <= TOLERANCE
}
