/** The standard normal density φ(z) = e^(−z²/2) / √(2π). */
export const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)

/** log φ(z), which does not underflow. */
export const logNormalDensity = (z: number): number => -0.5 * (z * z + Math.log(2 * Math.PI))

/** Φ(z), the probability that a standard normal is at most z, to about 1e-15. */
export function normalCdf(z: number): number {
  const tail = upperTail(Math.abs(z))
  return z > 0 ? 1 - tail : tail
}

/** Φ(b) − Φ(a), without cancellation in the tails. */
export const normalMass = (a: number, b: number): number =>
  a > 0 && b > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a)

/** 1 − Φ(z) for z ≥ 0: the series z + z³/3 + z⁵/15 + … near the middle, a continued fraction in the tail (Abramowitz & Stegun 26.2.11, .14). */
function upperTail(z: number): number {
  if (z < 3) {
    let term = z
    let sum = z
    for (let k = 3; term > 1e-18 * sum; k += 2) {
      term *= (z * z) / k
      sum += term
    }
    return 0.5 - normalDensity(z) * sum
  }
  let fraction = z
  for (let k = 120; k >= 1; k--) fraction = z + k / fraction
  return normalDensity(z) / fraction
}
