import { check, Rng } from '@ebbflow/core'

/**
 * A distribution of two values that flows are tried on: rows from a seed, and its density and entropy, which a perfect model's mean negative
 * log-likelihood comes to.
 */
export interface Toy {
  /** What it is and on which scale, in words. */
  readonly description: string
  /** n rows `[n, 2]`, one after another; the same seed gives the same, and more rows begin with the same. */
  sample(n: number, options?: { seed?: number | string }): Float32Array
  /** log p(x, y) in nats; −∞ outside of the support. */
  logProb(x: number, y: number): number
  /** Its differential entropy in nats, in closed form or by numerical integration of its density. */
  readonly entropy: number
}

/** The names of the {@link toys}. */
export type ToyName = 'eightGaussians' | 'checkerboard' | 'twoMoons' | 'spirals' | 'rings' | 'pinwheel'

const TAU = 2 * Math.PI
const LOG_TAU = Math.log(TAU)

/** Draws of one row: two uniforms in (0, 1), two standard normals. */
type Draws = { u: number; v: number; z: number; w: number }

function toy(
  description: string,
  entropy: number,
  row: (draws: Draws) => readonly [number, number],
  logProb: (x: number, y: number) => number,
): Toy {
  return {
    description,
    entropy,
    logProb,
    sample(n, { seed = 0 } = {}) {
      check(Number.isInteger(n) && n >= 0, 'the number of rows must be a whole number', { received: `${n}` })
      const rng = Rng.seed(seed).split('toy')
      const uniforms = rng.split('uniform').values('uniform', 2 * n)
      const normals = rng.split('normal').values('normal', 2 * n)
      const out = new Float32Array(2 * n)
      for (let i = 0; i < n; i++)
        out.set(
          row({ u: uniforms[2 * i]!, v: uniforms[2 * i + 1]!, z: normals[2 * i]!, w: normals[2 * i + 1]! }),
          2 * i,
        )
      return out
    },
  }
}

/** log of a normal density in the plane of standard deviation s, r² off its centre. */
const gaussian = (square: number, s: number): number => -LOG_TAU - 2 * Math.log(s) - square / (2 * s * s)

function logMean(logs: readonly number[]): number {
  const top = Math.max(...logs)
  return top + Math.log(logs.reduce((sum, l) => sum + Math.exp(l - top), 0) / logs.length)
}

/** A mixture of normals of one spread around equally likely centres: a blurred curve, where the centres lie closer than the spread. */
const mixture = (
  description: string,
  entropy: number,
  centres: readonly (readonly [number, number])[],
  spread: number,
): Toy =>
  toy(
    description,
    entropy,
    ({ u, z, w }) => {
      const [a, b] = centres[Math.floor(centres.length * u)]!
      return [a + spread * z, b + spread * w]
    },
    (x, y) => logMean(centres.map(([a, b]) => gaussian((x - a) ** 2 + (y - b) ** 2, spread))),
  )

/** The midpoints of n equal shares of a curve. */
const along = (n: number, of: (t: number) => [number, number]): [number, number][] =>
  Array.from({ length: n }, (_, i) => of((i + 0.5) / n))

const eight = (t: number): [number, number] => {
  const angle = TAU * (t - 1 / 16)
  return [(4 / Math.SQRT2) * Math.cos(angle), (4 / Math.SQRT2) * Math.sin(angle)]
}

/** The upper moon around (−½, −¼), the lower around (½, ¼). */
const moon =
  (side: 1 | -1) =>
  (t: number): [number, number] => [side * (Math.cos(Math.PI * t) - 0.5), side * (Math.sin(Math.PI * t) - 0.25)]

/** The radius grows with the angle to 3 in 1½ turns; the square of both is even. */
const arm =
  (side: 1 | -1) =>
  (t: number): [number, number] => {
    const angle = 1.5 * TAU * Math.sqrt(t)
    const radius = side * 3 * Math.sqrt(t)
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  }

const RINGS = [1, 2, 3, 4]
const RING_SPREAD = 0.08

const ARMS = 5
const LENGTH = 0.3
const WIDTH = 0.1
/** By how much the pinwheel turns at radius r: a turn that keeps areas. */
const twist = (r: number): number => 0.25 * Math.exp(r)

/** The modified Bessel function e^(−x) I₀(x), by its integral over the circle. */
function scaledBessel(x: number): number {
  // the midpoint rule over a circle converges faster than any power; a peak of width 1/√x wants points within it
  const n = Math.max(32, Math.ceil(8 * Math.sqrt(x)))
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.exp(x * (Math.cos((TAU * (i + 0.5)) / n) - 1))
  return sum / n
}

/**
 * Distributions of two values for demonstrations and tests, each with its scale, density and entropy.
 *
 * @example
 * ```ts
 * const rows = toys.eightGaussians.sample(1000, { seed: 1 }) // Float32Array of 2000
 * toys.eightGaussians.entropy // 2.8316 nats
 * ```
 */
export const toys: Readonly<Record<ToyName, Toy>> = {
  eightGaussians: mixture(
    'Eight normals of standard deviation 0.5/√2 on a circle of radius 4/√2.',
    2.831_578,
    along(8, eight),
    0.5 / Math.SQRT2,
  ),
  checkerboard: toy(
    'Uniform on the eight black squares, of side 2, of a board over [−4, 4]².',
    Math.log(32),
    ({ u, v }) => {
      const column = Math.floor(4 * u)
      const place = Math.floor(2 * v)
      const x = 8 * u - 4
      const y = 2 * (2 * v - place) + 4 * place - 4 + (column % 2 === 0 ? 0 : 2)
      return [x, y]
    },
    (x, y) => {
      if (Math.abs(x) >= 4 || Math.abs(y) >= 4) return -Infinity
      return (Math.floor((x + 4) / 2) + Math.floor((y + 4) / 2)) % 2 === 0 ? -Math.log(32) : -Infinity
    },
  ),
  twoMoons: mixture(
    'Two half-circles of radius 1, around (∓½, ∓¼), blurred by normals of standard deviation 0.1.',
    1.007_455,
    [...along(128, moon(1)), ...along(128, moon(-1))],
    0.1,
  ),
  spirals: mixture(
    'Two spiral arms of one and a half turns and radius 3, blurred by normals of standard deviation 0.1.',
    2.494_541,
    [...along(256, arm(1)), ...along(256, arm(-1))],
    0.1,
  ),
  rings: toy(
    'Four circles of radii 1, 2, 3 and 4, equally likely, blurred by normals of standard deviation 0.08.',
    2.911_322,
    ({ u, v, z, w }) => {
      const radius = RINGS[Math.floor(RINGS.length * u)]!
      return [radius * Math.cos(TAU * v) + RING_SPREAD * z, radius * Math.sin(TAU * v) + RING_SPREAD * w]
    },
    (x, y) => {
      // a circle blurred by a normal: the exponent's peak times the scaled I₀ of r R / s²
      const r = Math.hypot(x, y)
      return logMean(
        RINGS.map(
          (radius) =>
            gaussian((r - radius) ** 2, RING_SPREAD) + Math.log(scaledBessel((r * radius) / RING_SPREAD ** 2)),
        ),
      )
    },
  ),
  pinwheel: toy(
    'Five arms, normals of mean 1 and standard deviations 0.3 along and 0.1 across, turned by ¼ eʳ at radius r; twice that size.',
    2.320_588,
    ({ u, z, w }) => {
      const a = 1 + LENGTH * z
      const b = WIDTH * w
      const angle = (TAU * Math.floor(ARMS * u)) / ARMS + twist(Math.hypot(a, b))
      return [2 * (a * Math.cos(angle) - b * Math.sin(angle)), 2 * (a * Math.sin(angle) + b * Math.cos(angle))]
    },
    (x, y) => {
      const r = Math.hypot(x, y) / 2
      const turned = Math.atan2(y, x) - twist(r)
      return logMean(
        Array.from({ length: ARMS }, (_, k) => {
          const angle = turned - (TAU * k) / ARMS
          const along = (r * Math.cos(angle) - 1) / LENGTH
          const across = (r * Math.sin(angle)) / WIDTH
          return -(along ** 2 + across ** 2) / 2 - LOG_TAU - Math.log(4 * LENGTH * WIDTH)
        }),
      )
    },
  ),
}
