// Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), PPND16.
const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
]
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852546,
]
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
]
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 0.000018463183175100548,
  1.421511758316446e-7, 2.0442631033899397e-15,
]

const ratio = (p: readonly number[], q: readonly number[], r: number): number => {
  let u = p[7]!
  let v = q[7]!
  for (let i = 6; i >= 0; i--) {
    u = u * r + p[i]!
    v = v * r + q[i]!
  }
  return u / v
}

const view = new DataView(new ArrayBuffer(8))

/** Natural logarithm of a positive normal number by + − × ÷ alone: the same bits on every JavaScript engine. */
export function exactLog(x: number): number {
  view.setFloat64(0, x)
  const high = view.getInt32(0)
  let exponent = (high >>> 20) - 1023
  view.setInt32(0, (high & 0xfffff) | 0x3ff00000)
  let m = view.getFloat64(0)
  if (m > Math.SQRT2) {
    m /= 2
    exponent += 1
  }
  const s = (m - 1) / (m + 1)
  const z = s * s
  let sum = 0
  for (let k = 21; k >= 1; k -= 2) sum = sum * z + 1 / k
  return 2 * s * sum + exponent * Math.LN2
}

/** Φ⁻¹(½ + q), given ln of the smaller tail ½ − |q| (used away from the centre only). */
export function quantileFrom(q: number, logTail: () => number): number {
  if (Math.abs(q) <= 0.425) return q * ratio(A, B, 0.180625 - q * q)
  const r = Math.sqrt(-logTail())
  const z = r <= 5 ? ratio(C, D, r - 1.6) : ratio(E, F, r - 5)
  return q < 0 ? -z : z
}

/** The standard normal quantile Φ⁻¹(u) for u in (0, 1), to about 1e-15 relative, from exact arithmetic. */
export function normalQuantile(u: number): number {
  return quantileFrom(u - 0.5, () => exactLog(Math.min(u, 1 - u)))
}
