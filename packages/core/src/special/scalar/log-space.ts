/** ln(1 + e^x), without overflow and exact in the left tail. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** ln σ(x) = −ln(1 + e^−x). */
export const logSigmoid = (x: number): number => -softplus(-x)

/** ln(1 − e^x) for x < 0 (Mächler 2012, "Accurately computing log(1 − exp(−|a|))"). */
export const log1mexp = (x: number): number => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x)))

/** ln(e^x − 1) for x > 0: the inverse of softplus. */
export const logExpm1 = (x: number): number => (x > 1 ? x + log1mexp(-x) : Math.log(Math.expm1(x)))

/** ln(e^a + e^b). */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)))
}

/** ln(e^a − e^b) for a ≥ b. */
export function logSubExp(a: number, b: number): number {
  if (a === b) return a === Number.POSITIVE_INFINITY ? Number.NaN : Number.NEGATIVE_INFINITY
  return a + log1mexp(b - a)
}

/** x ln y, and 0 where x is 0. */
export const xlogy = (x: number, y: number): number => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y))

/** x / y, and 0 where x is 0. */
export const xdivy = (x: number, y: number): number => (x === 0 && !Number.isNaN(y) ? 0 : x / y)

/** ln(1 + x) − x, without cancellation near 0. */
export function log1pmx(x: number): number {
  if (x < -0.5 || x > 1) return Math.log1p(x) - x
  // ln(1 + x) = 2 artanh s with s = x / (2 + x), and 2s − x = −xs
  const s = x / (2 + x)
  const z = s * s
  let power = 2 * s * z
  let sum = 0
  for (let k = 3; ; k += 2) {
    const term = power / k
    sum += term
    if (Math.abs(term) <= 1e-17 * Math.abs(sum)) break
    power *= z
  }
  return sum - x * s
}
