/** Σ c_k xᵏ. */
export function horner(c: readonly number[], x: number): number {
  let sum = 0
  for (let k = c.length - 1; k >= 0; k--) sum = sum * x + c[k]!
  return sum
}

/** Σ c_k T_k(t), by Clenshaw's recurrence. */
export function clenshaw(c: readonly number[], t: number): number {
  let u = 0
  let v = 0
  for (let k = c.length - 1; k > 0; k--) {
    const w = 2 * t * u - v + c[k]!
    v = u
    u = w
  }
  return t * u - v + c[0]!
}

/** sin πx, with x reduced exactly. */
export function sinPi(x: number): number {
  let r = x - 2 * Math.round(x / 2)
  if (r > 0.5) r = 1 - r
  else if (r < -0.5) r = -1 - r
  return Math.sin(Math.PI * r)
}

/** π cot πx, with x reduced exactly. */
export function piCotPi(x: number): number {
  const r = x - Math.round(x)
  return Math.abs(r) === 0.5 ? 0 : Math.PI / Math.tan(Math.PI * r)
}
