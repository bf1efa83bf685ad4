import type { Point } from '../maths/linear.js'
import { logNormalDensity, normalDensity, normalMass } from '../maths/normal.js'

/** A map of the line: x = scale · sinh(weight · asinh(z) + skew) (Jones & Pewsey, Biometrika 96, 761–780, 2009), increasing for positive ones. */
export interface Curve {
  readonly scale: number
  readonly skew: number
  /** Above 1 the tails grow heavier, below 1 lighter. */
  readonly weight: number
}

/** x = f(z). */
export const forward = ({ scale, skew, weight }: Curve, z: number): number =>
  scale * Math.sinh(weight * Math.asinh(z) + skew)

/** z = f⁻¹(x). */
export const backward = ({ scale, skew, weight }: Curve, x: number): number =>
  Math.sinh((Math.asinh(x / scale) - skew) / weight)

/** f′(z). */
export const slope = ({ scale, skew, weight }: Curve, z: number): number =>
  (scale * weight * Math.cosh(weight * Math.asinh(z) + skew)) / Math.sqrt(1 + z * z)

/** p(x) = p(z) / f′(z) at z = f⁻¹(x), for a standard normal z. */
export function changedDensity(curve: Curve, x: number): number {
  const z = backward(curve, x)
  return normalDensity(z) / slope(curve, z)
}

/** The mass of z in [a, b] in closed form, and that of x in [f(a), f(b)] by integrating its density. */
export function masses(curve: Curve, a: number, b: number): { z: number; x: number } {
  const [from, to] = [forward(curve, a), forward(curve, b)]
  return { z: normalMass(a, b), x: simpson((x) => changedDensity(curve, x), from, to, 400) }
}

/** Simpson's rule over n pieces, n even. */
function simpson(f: (x: number) => number, from: number, to: number, n: number): number {
  const h = (to - from) / n
  let sum = f(from) + f(to)
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f(from + i * h)
  return (sum * h) / 3
}

/** A map of the plane: x = (z₁, z₂ e^(stretch · z₁) + bend · z₁²), of determinant e^(stretch · z₁). */
export interface Sheet {
  readonly stretch: number
  readonly bend: number
}

/** x = f(z). */
export const push = ({ stretch, bend }: Sheet, [a, b]: Point): Point => [a, b * Math.exp(stretch * a) + bend * a * a]

/** z = f⁻¹(x). */
export const pull = ({ stretch, bend }: Sheet, [a, b]: Point): Point => [a, (b - bend * a * a) * Math.exp(-stretch * a)]

/** log p(x) = log p(z) − log|det ∂f/∂z|, for a standard normal z. */
export function logChangedDensity(sheet: Sheet, x: Point): number {
  const [a, b] = pull(sheet, x)
  return logNormalDensity(a) + logNormalDensity(b) - sheet.stretch * a
}

/** Mass and area of a cell [a, a + side]² of z in closed form, and of its image, both found in x alone: by the density on a fine grid there. */
export function cellMasses(sheet: Sheet, [a, b]: Point, side: number): { z: number; x: number; area: number } {
  const z = normalMass(a, a + side) * normalMass(b, b + side)
  const n = 120
  let x = 0
  let area = 0
  const h = side / n
  for (let i = 0; i < n; i++) {
    const first = a + h * (i + 0.5)
    const [, lower] = push(sheet, [first, b])
    const [, upper] = push(sheet, [first, b + side])
    const k = (upper - lower) / n
    area += (upper - lower) * h
    for (let j = 0; j < n; j++) x += Math.exp(logChangedDensity(sheet, [first, lower + k * (j + 0.5)])) * h * k
  }
  return { z, x, area }
}
