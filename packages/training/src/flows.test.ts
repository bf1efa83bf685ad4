import { Rng } from '@ebbflow/core'
import { nsf, realNVP } from '@ebbflow/flows'
import { describe, expect, test } from 'vitest'
import { evaluate } from './evaluate.js'
import { fit } from './fit.js'
import * as schedules from './schedules.js'

/** Rows of four normals of standard deviation 0.3 around (±1, ±1), and which of the four each row is from. */
function corners(n: number, seed: number): { rows: Float32Array; corner: Float32Array } {
  const rng = Rng.seed(seed)
  const z = rng.values('normal', 2 * n)
  const u = rng.values('uniform', 2 * n)
  const sides = u.map((v) => (v < 0.5 ? -1 : 1))
  return { rows: sides.map((side, i) => side + 0.3 * z[i]!), corner: sides }
}

/** Their entropy: log 4 + log 2πe·0.09, less what little the corners overlap. */
const ENTROPY = Math.log(4) + Math.log(2 * Math.PI * Math.E * 0.09)

/** Two half-moons with noise of standard deviation 0.1. */
function moons(n: number, seed: number): number[][] {
  const rng = Rng.seed(seed)
  const z = rng.values('normal', 2 * n)
  const u = rng.values('uniform', n)
  return Array.from({ length: n }, (_, i) => {
    const angle = Math.PI * u[i]!
    const upper = i % 2 === 0
    const x = upper ? Math.cos(angle) : 1 - Math.cos(angle)
    const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle)
    return [x + 0.1 * z[2 * i]!, y + 0.1 * z[2 * i + 1]!]
  })
}

const options = { schedule: schedules.cosine(), clipNorm: 5, validation: 0.1, batchSize: 256 }

describe('fits of flows', () => {
  test('a spline flow comes near to the entropy of a mixture', async () => {
    const flow = nsf({ dimensions: 2, layers: 2, hidden: [32, 32], bound: 3 })
    await fit(flow, corners(5000, 1).rows, { ...options, steps: 200, learningRate: 5e-3 })
    const nll = await evaluate(flow, corners(5000, 2).rows)
    expect(nll).toBeGreaterThan(ENTROPY - 0.05)
    expect(nll).toBeLessThan(ENTROPY + 0.05)
  })

  test('a spline flow learns two moons', async () => {
    const flow = nsf({ dimensions: 2, layers: 3, hidden: [32, 32], bound: 4 })
    await fit(flow, moons(5000, 1), { ...options, steps: 250, learningRate: 5e-3 })
    const nll = await evaluate(flow, moons(5000, 2))
    // log 2π for the two arcs, and log √(2πe)·0.1 across them, where the moons do not meet
    expect(nll).toBeLessThan(Math.log(2 * Math.PI) + 0.5 * Math.log(2 * Math.PI * Math.E * 0.01) + 0.2)
  })

  test('a conditional flow uses its context', async () => {
    const flow = realNVP({ dimensions: 2, layers: 2, hidden: [16], context: 2 })
    const { rows, corner } = corners(4000, 1)
    await expect(fit(flow, rows)).rejects.toThrow(/conditional, and data has no context/)
    await fit(flow, rows, { ...options, context: corner, steps: 200, learningRate: 1e-2 })
    const test = corners(4000, 2)
    const nll = await evaluate(flow, test.rows, { context: test.corner })
    expect(nll).toBeLessThan(ENTROPY - Math.log(4) + 0.05)
  })
})
