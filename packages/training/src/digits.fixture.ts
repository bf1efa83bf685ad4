import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Images as rows of whole numbers from 0 to 255. */
export interface Digits {
  train: Float32Array
  test: Float32Array
  image: [height: number, width: number, channels: 1]
}

const SIDE = 28

/**
 * The 10,000 handwritten digits of the package `mnist`, the ten kinds by turns, every tenth of each kind for testing: of 28×28 as they are, or of
 * 16×16 or 8×8, averaged over blocks of a frame of 32 pixels.
 */
export function digits(side: 28 | 16 | 8 = 28): Digits {
  const require = createRequire(import.meta.url)
  const kinds = Array.from({ length: 10 }, (_, kind) => {
    const file = require.resolve(`mnist/src/digits/${kind}.json`)
    return (JSON.parse(readFileSync(file, 'utf8')) as { data: number[] }).data
  })
  const frame = side === SIDE ? SIDE : 32
  const rows: { image: Float32Array; held: boolean }[] = []
  for (let i = 0; kinds.some((data) => i * SIDE * SIDE < data.length); i++)
    for (const data of kinds)
      if (i * SIDE * SIDE < data.length)
        rows.push({ image: pooled(data, i * SIDE * SIDE, frame, frame / side), held: i % 10 === 9 })
  const join = (held: boolean): Float32Array => {
    const some = rows.filter((row) => row.held === held)
    const out = new Float32Array(some.length * side * side)
    for (const [k, { image }] of some.entries()) out.set(image, k * side * side)
    return out
  }
  return {
    train: join(false),
    test: join(true),
    image: [side, side, 1],
  }
}

/** An image of the data, averaged over blocks and rounded to levels. */
function pooled(data: readonly number[], at: number, frame: number, block: number): Float32Array {
  const side = frame / block
  const edge = (frame - SIDE) / 2
  const sums = new Float64Array(side * side)
  for (let i = 0; i < SIDE; i++)
    for (let j = 0; j < SIDE; j++)
      sums[Math.floor((i + edge) / block) * side + Math.floor((j + edge) / block)]! += 255 * data[at + i * SIDE + j]!
  return Float32Array.from(sums, (sum) => Math.round(sum / (block * block)))
}
