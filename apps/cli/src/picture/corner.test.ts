import { Rng } from '@ebbflow/core'
import { expect, it } from 'vitest'
import { cornerPlot } from './corner.js'
import { gridOf, histogramOf, levelsOf, outline } from './density.js'
import { toPng } from './png.js'

const rng = Rng.seed(5)
const column = (name: string, shift: number) => ({
  name,
  data: Float64Array.from(rng.split(name).values('normal', 3000), (v) => v + shift),
  samples: Float64Array.from(rng.split(`${name} samples`).values('normal', 1000), (v) => v + shift),
})
const plot = (columns: ReturnType<typeof column>[]) => cornerPlot({ title: 'a < b & "c"', notes: ['one'], columns })

/** Every opening tag has its closing one. */
function wellFormed(svg: string): boolean {
  const open: string[] = []
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false
    } else if (!self) open.push(name!)
  }
  return open.length === 0
}

it.each([1, 2, 3, 4])('draws %i columns: a histogram each, a panel a pair, every name, no broken number', (n) => {
  const names = ['speed (m/s)', '<b>', 'c', 'd'].slice(0, n)
  const svg = plot(names.map((name, i) => column(name, 10 * i)))
  expect(wellFormed(svg)).toBe(true)
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  expect(svg.match(/<g transform="translate\([^"]*"><path/g)).toHaveLength((n * (n + 1)) / 2)
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;')
  for (const name of names) expect(svg).toContain(`>${name.replace('<', '&lt;').replace('>', '&gt;')}</text>`)
})

it('takes a logarithmic axis, and a column that is all but constant', () => {
  const log = { ...column('l', 0), log: true }
  const svg = plot([
    { ...log, data: log.data.map(Math.exp), samples: log.samples.map(Math.exp) },
    { name: 'k', data: new Float64Array(3000).fill(7), samples: new Float64Array(1000).fill(7) },
  ])
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
})

it('sets its text in a font of its own: names change the pixels', () => {
  const png = (name: string) => toPng(plot([{ ...column('x', 0), name }]))
  const [a, b, empty] = [png('delay'), png('distance'), png('')]
  expect([...a.subarray(1, 4)]).toEqual([...'PNG'].map((c) => c.charCodeAt(0)))
  expect(Buffer.compare(a, b)).not.toBe(0)
  expect(Buffer.compare(a, empty)).not.toBe(0)
})

it('finds the levels that hold shares of the mass', () => {
  const x = Float64Array.from(rng.split('x').values('uniform', 40_000))
  const y = Float64Array.from(rng.split('y').values('uniform', 40_000))
  const grid = gridOf(x, y, 20, 40_000)
  const [half] = levelsOf(grid, [0.5])
  const total = grid.values.reduce((a, b) => a + b, 0)
  expect(total).toBeCloseTo(40_000, 3)
  const above = grid.values.filter((v) => v >= half!).reduce((a, b) => a + b, 0)
  expect(above / total).toBeCloseTo(0.5, 1)
})

it('outlines a block where it stands, and along the edge', () => {
  const grid = { size: 4, values: new Float64Array(16) }
  grid.values[0] = 1
  const path = outline(grid, 0.5, (x, y) => [100 * x, 100 * y])
  const points = [...path.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
  expect(Math.max(...points.flat())).toBeLessThanOrEqual(25)
  expect(Math.min(...points.flat())).toBe(0)
})

it('a histogram holds the shares of all points', () => {
  const heights = histogramOf(Float64Array.of(0.1, 0.1, 0.6, 1.2), 2)
  expect([...heights]).toEqual([1, 0.5])
})
