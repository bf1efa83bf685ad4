import { describe, expect, it } from 'vitest'
import { type ToyName, toys } from './toys.js'
import { cubature, type Integral } from './verify/index.js'

const names = Object.keys(toys) as ToyName[]
const HALF: Record<ToyName, number> = {
  eightGaussians: 6,
  checkerboard: 4,
  twoMoons: 2.4,
  spirals: 4,
  rings: 5,
  pinwheel: 6,
}

/** ∫ g(p) over the toy's box, in 8 × 8 parts. */
function integral(name: ToyName, g: (logProb: number) => number, maxEvaluations = 6e4): Integral {
  const { logProb } = toys[name]
  const f = (points: Float64Array): Float64Array =>
    Float64Array.from({ length: points.length / 2 }, (_, i) => g(logProb(points[2 * i]!, points[2 * i + 1]!)))
  const half = HALF[name]
  return cubature(f, [-half, -half], [half, half], { divisions: 8, tolerance: 1e-5, maxEvaluations })
}

/** Of a turn-symmetric toy, along a radius. */
const radial = (g: (logProb: number) => number): number =>
  cubature((r) => r.map((r) => 2 * Math.PI * r * g(toys.rings.logProb(r, 0))), [0], [5], { tolerance: 1e-9 }).total

const surprise = (l: number): number => (l === -Infinity ? 0 : -l * Math.exp(l))

describe.each(names)('%s', (name) => {
  const { sample, logProb, entropy } = toys[name]

  it('has a density that integrates to 1, and the entropy that it states', () => {
    const ring = name === 'rings'
    const mass = ring ? radial(Math.exp) : integral(name, Math.exp).total
    const found = ring ? radial(surprise) : integral(name, surprise).total
    expect(Math.abs(mass - 1)).toBeLessThan(1e-4)
    expect(Math.abs(found - entropy)).toBeLessThan(5e-4)
  })

  it('draws what its density says', () => {
    const n = 4000
    const rows = sample(n, { seed: 5 })
    const logs = Array.from({ length: n }, (_, i) => -logProb(rows[2 * i]!, rows[2 * i + 1]!))
    const mean = logs.reduce((a, b) => a + b, 0) / n
    const sd = Math.sqrt(logs.reduce((sum, l) => sum + (l - mean) ** 2, 0) / n)
    expect(Math.abs(mean - entropy)).toBeLessThan((4 * sd) / Math.sqrt(n) + 1e-6)
    // χ² over an 8 × 8 grid
    const half = HALF[name]
    const { parts } = integral(name, Math.exp, 4e4)
    const counts = new Float64Array(64)
    const cell = (v: number): number => Math.min(7, Math.max(0, Math.floor(((v + half) / (2 * half)) * 8)))
    for (let i = 0; i < n; i++) counts[cell(rows[2 * i]!) * 8 + cell(rows[2 * i + 1]!)]!++
    let chi = 0
    let cells = 0
    for (const [c, p] of parts.entries()) {
      if (n * p < 5) continue
      chi += (counts[c]! - n * p) ** 2 / (n * p)
      cells++
    }
    expect(cells).toBeGreaterThan(15)
    expect((chi - cells) / Math.sqrt(2 * cells)).toBeLessThan(4)
  })

  it('gives the same rows for the same seed, however many', () => {
    expect([...sample(10, { seed: 'a' })]).toEqual([...sample(50, { seed: 'a' }).subarray(0, 20)])
    expect(sample(1, { seed: 'b' })[0]).not.toBe(sample(1, { seed: 'a' })[0])
    expect(() => sample(-1)).toThrow('whole number')
  })
})

describe('toys', () => {
  it('have the entropies of closed forms', () => {
    expect(toys.checkerboard.entropy).toBe(Math.log(32))
    // eight normals that hardly overlap
    expect(toys.eightGaussians.entropy).toBeLessThan(Math.log(8) + Math.log(2 * Math.PI * Math.E * 0.125))
    expect(toys.eightGaussians.entropy).toBeCloseTo(2.83, 2)
  })
  it('have no density off the black squares', () => {
    expect(toys.checkerboard.logProb(-1, -3)).toBe(-Infinity)
    expect(toys.checkerboard.logProb(5, 1)).toBe(-Infinity)
    expect(toys.checkerboard.logProb(-3, -3)).toBe(-Math.log(32))
  })
})
