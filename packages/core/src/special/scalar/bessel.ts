/** Asymptotic series of √(2πx) e^−x I_n(x) in 1/x: the sum, and the sums of its first and second derivatives. */
function asymptotic(n: number, x: number): [number, number, number] {
  const mu = 4 * n * n
  let term = 1
  let sum = 1
  let slope = 0
  let curvature = 0
  for (let k = 1; k < 200; k++) {
    const next = (-term * (mu - (2 * k - 1) ** 2)) / (8 * k * x)
    if (Math.abs(next) >= Math.abs(term) && k > n) break
    term = next
    sum += term
    slope -= (k * term) / x
    curvature += (k * (k + 1) * term) / (x * x)
    if (Math.abs(term) * k * k < 1e-18) break
  }
  return [sum, slope, curvature]
}

/** e^−|x| I_n(x): the modified Bessel function of whole order n ≥ 0, scaled. */
export function besselIe(n: number, x: number): number {
  if (x < 0) return n % 2 === 0 ? besselIe(n, -x) : -besselIe(n, -x)
  if (x === Number.POSITIVE_INFINITY) return 0
  if (x > 20 + n * n) return asymptotic(n, x)[0] / Math.sqrt(2 * Math.PI * x)
  let leading = Math.exp(-x)
  for (let k = 1; k <= n; k++) leading *= x / (2 * k)
  return leading * (1 + ascending(n, x))
}

/** Σ_{k ≥ 1} (x²/4)^k n! / (k! (n + k)!). */
function ascending(n: number, x: number): number {
  const q = (x * x) / 4
  let term = 1
  let sum = 0
  for (let k = 1; ; k++) {
    term *= q / (k * (n + k))
    sum += term
    if (!(term > 1e-17 * sum)) return sum
  }
}

/** ln I₀(x), accurate relative to its value near 0 and for any size of x. */
export function logBesselI0(x: number): number {
  const u = Math.abs(x)
  if (u === Number.POSITIVE_INFINITY) return u
  if (u > 20) return u - 0.5 * Math.log(2 * Math.PI * u) + Math.log(asymptotic(0, u)[0])
  return Math.log1p(ascending(0, u))
}

/** The derivative of order 0, 1 or 2 of A(x) = I₁(x) / I₀(x). */
export function besselRatio(order: number, x: number): number {
  if (x < 0) return order % 2 === 0 ? -besselRatio(order, -x) : besselRatio(order, -x)
  if (x === Number.POSITIVE_INFINITY) return order === 0 ? 1 : 0
  if (x > 20) {
    // the quotient of the two asymptotic series, differentiated: A′ = 1 − A/x − A² would cancel
    const [n, n1, n2] = asymptotic(1, x)
    const [d, d1, d2] = asymptotic(0, x)
    if (order === 0) return n / d
    const first = (n1 * d - n * d1) / (d * d)
    return order === 1 ? first : (n2 * d - n * d2) / (d * d) - (2 * first * d1) / d
  }
  const zero = 1 + ascending(0, x)
  const half = x / 2
  const r1 = (half * (1 + ascending(1, x))) / zero
  if (order === 0) return r1
  const r2 = (half * half * (1 + ascending(2, x))) / (2 * zero)
  const slope = (1 + r2) / 2 - r1 * r1
  if (order === 1) return slope
  const r3 = (half ** 3 * (1 + ascending(3, x))) / (6 * zero)
  return ((r1 + r3) / 2 - r2 * r1) / 2 - 2 * r1 * slope
}
