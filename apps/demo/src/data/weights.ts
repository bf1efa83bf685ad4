import { Rng } from '@ebbflow/core'
import type { Source } from './source.js'

/** A density that is constant on each cell of a grid over a rectangle, by weights row by row from the top. */
export interface Weights {
  readonly columns: number
  readonly rows: number
  readonly values: Float32Array
}

const ROWS = 20_000

/** Half the longer side of the rectangle. */
const HALF = 3

/**
 * Rows of a density given by weights: a cell by the inverse of the cumulative sum, a place in it uniformly; its entropy is
 * −Σ p ln(p / area).
 */
export function weightedSource(weights: Weights, title: string, about: string, seed: number): Source {
  const { columns, rows, values } = weights
  const total = values.reduce((sum, value) => sum + value, 0)
  if (!(total > 0)) throw new Error('there is nothing in the picture: every weight is zero')
  const cell = (2 * HALF) / Math.max(columns, rows)
  const cumulative = new Float64Array(values.length)
  let [sum, entropy] = [0, 0]
  for (const [i, value] of values.entries()) {
    const share = value / total
    if (share > 0) entropy -= share * Math.log(share / cell ** 2)
    sum += share
    cumulative[i] = sum
  }
  const uniforms = Rng.seed(seed)
    .split('weights')
    .values('uniform', 3 * ROWS)
  const [x, y] = [new Float64Array(ROWS), new Float64Array(ROWS)]
  for (let i = 0; i < ROWS; i++) {
    const at = firstAbove(cumulative, uniforms[3 * i]! * sum)
    x[i] = cell * ((at % columns) + uniforms[3 * i + 1]! - columns / 2)
    y[i] = cell * (rows / 2 - Math.floor(at / columns) - uniforms[3 * i + 2]!)
  }
  return { title, about, names: ['x', 'y'], columns: [x, y], treatment: 'plain', entropy }
}

function firstAbove(cumulative: Float64Array, value: number): number {
  let [low, high] = [0, cumulative.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

/** Cells a side of what is drawn. */
export const SIDE = 64

/** Adds a soft round stroke at a place, given as shares of the sides from the upper left; negative strength rubs out. */
export function paint(weights: Weights, at: { x: number; y: number }, radius: number, strength: number): void {
  const { columns, rows, values } = weights
  const [cx, cy] = [at.x * columns - 0.5, at.y * rows - 0.5]
  for (let r = Math.max(0, Math.floor(cy - 3 * radius)); r <= Math.min(rows - 1, cy + 3 * radius); r++)
    for (let c = Math.max(0, Math.floor(cx - 3 * radius)); c <= Math.min(columns - 1, cx + 3 * radius); c++) {
      const near = Math.exp(-((c - cx) ** 2 + (r - cy) ** 2) / (2 * radius ** 2))
      const i = r * columns + c
      values[i] = Math.min(1, Math.max(0, values[i]! + strength * (near < 0.02 ? 0 : near)))
    }
}

/** An empty board. */
export const blank = (): Weights => ({ columns: SIDE, rows: SIDE, values: new Float32Array(SIDE * SIDE) })

/** A first drawing: a heart. */
export function heart(): Weights {
  const board = blank()
  const points = 160
  for (let i = 0; i < points; i++) {
    const t = (2 * Math.PI * i) / points
    const x = 16 * Math.sin(t) ** 3
    const y = 13 * Math.cos(t) - 5 * Math.cos(2 * t) - 2 * Math.cos(3 * t) - Math.cos(4 * t)
    paint(board, { x: 0.5 + x / 46, y: 0.46 - y / 46 }, 1.6, 0.35)
  }
  return board
}
