const SERIES_LIMIT = 2.5

/** 2/√π e^{−x²} Σ 2ⁿ x^{2n+1} / (2n+1)!!, whose terms have one sign (Abramowitz and Stegun 7.1.6). */
function erfSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** The continued fraction √π e^{x²} erfc(x) = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from its 60th term back (7.1.14). */
function erfcFraction(x: number): number {
  let tail = x
  for (let k = 60; k >= 1; k--) tail = x + k / 2 / tail
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail)
}

/** The error function in double precision. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 1e-9) return (2 / Math.sqrt(Math.PI)) * x
  if (size >= 6) return Math.sign(x)
  if (Number.isNaN(x)) return x
  return Math.sign(x) * (size < SERIES_LIMIT ? erfSeries(size) : 1 - erfcFraction(size))
}
