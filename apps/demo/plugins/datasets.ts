import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const SIDE = 28
const require = createRequire(import.meta.url)
const vega = (file: string): unknown =>
  JSON.parse(readFileSync(join(dirname(require.resolve('vega-datasets')), '../data', file), 'utf8'))

/** Delay, distance and time in whole minutes, one column after another as 16-bit numbers. */
function flights(): Uint8Array {
  const records = vega('flights-200k.json') as { delay: number; distance: number; time: number }[]
  const columns = [
    records.map(({ delay }) => delay),
    records.map(({ distance }) => distance),
    records.map(({ time }) => Math.round(60 * time)),
  ]
  return new Uint8Array(Int16Array.from(columns.flat()).buffer)
}

/** The measurements, without the rows that lack one. */
function penguins(): string {
  const records = vega('penguins.json') as Record<string, number | string | null>[]
  const keys = ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)']
  const whole = records.filter((record) => keys.every((key) => typeof record[key] === 'number'))
  const names = keys.map((key) => key.toLowerCase())
  return JSON.stringify({ names, columns: keys.map((key) => whole.map((record) => record[key])) })
}

/** Pixels a side of a packed digit. */
const PACKED = SIDE / 2

/** All digits, averaged over blocks of 2×2 pixels, the kinds mixed by a fixed stride. */
function digits(): Uint8Array {
  const images: Uint8Array[] = []
  for (let kind = 0; kind < 10; kind++) {
    const file = require.resolve(`mnist/src/digits/${kind}.json`)
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] }
    for (let at = 0; at < data.length; at += SIDE * SIDE) images.push(pooled(data, at))
  }
  const out = new Uint8Array(PACKED ** 2 * images.length)
  // coprime to the count: every image once, rows of one kind far apart
  const stride = 7919
  images.forEach((_, i) => {
    out.set(images[(i * stride) % images.length]!, PACKED ** 2 * i)
  })
  return out
}

function pooled(data: readonly number[], at: number): Uint8Array {
  const sums = new Float64Array(PACKED ** 2)
  for (let r = 0; r < SIDE; r++)
    for (let c = 0; c < SIDE; c++) sums[PACKED * (r >> 1) + (c >> 1)]! += 255 * data[at + SIDE * r + c]!
  return Uint8Array.from(sums, (sum) => Math.round(sum / 4))
}

/** Packs the data of npm packages into `public/data`, from where pages fetch them when they are wanted. */
export function datasets(): Plugin {
  return {
    name: 'ebbflow-datasets',
    configResolved({ publicDir }) {
      const folder = join(publicDir, 'data')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'flights.bin'), flights())
      writeFileSync(join(folder, 'penguins.json'), penguins())
      writeFileSync(join(folder, 'digits.bin'), digits())
    },
  }
}
