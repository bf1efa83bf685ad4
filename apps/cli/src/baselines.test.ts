import { Rng } from '@ebbflow/core'
import { fitPreprocessing, splitRows, toModel } from '@ebbflow/training'
import { expect, it } from 'vitest'
import { gaussianNll, kernelNll, type Matrix } from './baselines.js'
import { readTable } from './csv.js'
import { flights } from './flights.js'

const rng = Rng.seed(1)
/** Rows of (z₁, z₁ + z₂ / 2): a Gaussian of entropy 1 + ln 2π − ln 2. */
const rows = (n: number, label: string): Matrix => {
  const z = rng.split(label).values('normal', 2 * n)
  return { width: 2, values: Float64Array.from(z, (v, i) => (i % 2 === 0 ? v : z[i - 1]! + v / 2)) }
}
const parts = { train: rows(20_000, 'train'), validation: rows(2000, 'validation'), test: rows(20_000, 'test') }
const entropy = 1 + Math.log(2 * Math.PI) - Math.LN2

it('the full Gaussian reaches the entropy of a Gaussian', () => {
  expect(gaussianNll(parts.train, parts.test)).toBeCloseTo(entropy, 1.5)
})

it('on its own training rows it is exactly the closed form', () => {
  // mean 0, covariance [[1, 0.5], [0.5, 1]]
  const h = Math.sqrt(0.75)
  const values = [1, 1].flatMap((s) => [s, 0.5 * s + h, s, 0.5 * s - h, -s, -0.5 * s + h, -s, -0.5 * s - h])
  const four = { width: 2, values: Float64Array.from(values) }
  expect(gaussianNll(four, four)).toBeCloseTo(Math.log(2 * Math.PI) + Math.log(0.75) / 2 + 1, 12)
})

it('refuses columns that depend on each other', () => {
  const values = Float64Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? i : 3 * (i - 1)))
  expect(() => gaussianNll({ width: 2, values }, { width: 2, values })).toThrow(/column 2 is a linear function/)
})

it('the kernel estimate is a density: at each of its own kernels alone it is the kernel', () => {
  const one = { width: 1, values: Float64Array.of(-1, 1) }
  const { nll, bandwidth } = kernelNll({ train: one, validation: one, test: one })
  const h = bandwidth * 2 ** (-1 / 5)
  const density = (1 + Math.exp(-2 / h ** 2)) / (2 * h * Math.sqrt(2 * Math.PI))
  expect(nll).toBeCloseTo(-Math.log(density), 12)
})

it('the kernel estimate comes near the entropy of a Gaussian, from above', () => {
  const { nll, kernels, testRows } = kernelNll(parts, { kernels: 4000, validation: 500, test: 2000 })
  expect([kernels, testRows]).toEqual([4000, 2000])
  expect(nll).toBeGreaterThan(entropy - 0.03)
  expect(nll).toBeLessThan(entropy + 0.08)
})

it('the full Gaussian on flights is where it was measured to be', async () => {
  const table = await readTable(flights())
  const split = splitRows(table.rows)
  const { columns } = fitPreprocessing(table, { train: split.train })
  const matrix = (part: Int32Array) => ({ width: 3, values: toModel(columns, table, { rows: part }).values })
  expect(gaussianNll(matrix(split.train), matrix(split.test))).toBeCloseTo(4.221, 2.5)
})
