import type { Point } from '../maths/linear.js'

/** A normal of the plane with its share of a mixture. */
export interface Component {
  readonly share: number
  readonly mean: Point
  /** Standard deviations along the axes. */
  readonly spread: Point
  /** Correlation, in (−1, 1). */
  readonly correlation: number
}

/** The two classes of the page: p(x | y) of each is a mixture of normals. */
export const classes: readonly [readonly Component[], readonly Component[]] = [
  [
    { share: 0.6, mean: [-1.4, 0.9], spread: [0.75, 0.6], correlation: 0.35 },
    { share: 0.4, mean: [-0.6, -1.3], spread: [0.5, 0.75], correlation: -0.3 },
  ],
  [{ share: 1, mean: [1.1, 0.2], spread: [0.8, 0.95], correlation: 0.6 }],
]

/** log N(x; mean, spread, correlation) of one component, without its share. */
export function logComponent({ mean, spread, correlation: r }: Component, x: Point): number {
  const a = (x[0] - mean[0]) / spread[0]
  const b = (x[1] - mean[1]) / spread[1]
  const kept = 1 - r * r
  const square = (a * a - 2 * r * a * b + b * b) / kept
  return -0.5 * square - Math.log(2 * Math.PI * spread[0] * spread[1] * Math.sqrt(kept))
}

/** p(x) of a mixture. */
export const mixtureDensity = (parts: readonly Component[], x: Point): number =>
  parts.reduce((sum, part) => sum + part.share * Math.exp(logComponent(part, x)), 0)

/** All that Bayes' rule relates at one x. */
export interface Bayes {
  /** p(x | y) of each class. */
  readonly given: readonly [number, number]
  /** p(y). */
  readonly prior: readonly [number, number]
  /** p(x, y) = p(x | y) p(y). */
  readonly joint: readonly [number, number]
  /** p(x) = Σ p(x, y). */
  readonly marginal: number
  /** p(y | x) = p(x, y) / p(x). */
  readonly posterior: readonly [number, number]
}

/** Every density at x, where `second` is the prior probability of the second class. */
export function bayes(x: Point, second: number): Bayes {
  const given = [mixtureDensity(classes[0], x), mixtureDensity(classes[1], x)] as const
  const prior = [1 - second, second] as const
  const joint = [given[0] * prior[0], given[1] * prior[1]] as const
  const marginal = joint[0] + joint[1]
  return { given, prior, joint, marginal, posterior: [joint[0] / marginal, joint[1] / marginal] }
}

/** What a draw is made of: two uniforms in [0, 1) and two standard normals. */
export interface Noise {
  uniform(): number
  normal(): number
}

/** One draw of the joint density: y of p(y), then x of p(x | y). */
export function drawPair(second: number, noise: Noise): { x: Point; y: 0 | 1 } {
  const y = noise.uniform() < second ? 1 : 0
  const parts = classes[y]
  const part = pick(parts, noise.uniform())
  const [a, b] = [noise.normal(), noise.normal()]
  const along = part.correlation * a + Math.sqrt(1 - part.correlation ** 2) * b
  return { x: [part.mean[0] + part.spread[0] * a, part.mean[1] + part.spread[1] * along], y }
}

/** The component whose stretch of [0, 1) holds u. */
function pick(parts: readonly Component[], u: number): Component {
  let end = 0
  for (const part of parts) {
    end += part.share
    if (u < end) return part
  }
  return parts[parts.length - 1]!
}
