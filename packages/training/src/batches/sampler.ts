import type { Rng } from '@ebbflow/core'
import type { Pace } from '../pace.js'

/**
 * Which rows make up which mini-batch: the rows in one random order after another, cut into batches of equal size, so that every
 * row comes equally often. A batch depends on the seed and its own number alone, which is what lets a fit be resumed.
 */
export class Sampler {
  readonly #pool: Int32Array
  readonly #size: number
  readonly #rng: Rng
  readonly #pace: Pace
  #epoch = -1
  #order: Int32Array = new Int32Array(0)

  /** Batches of `size` of the rows in `pool`. */
  constructor(pool: Int32Array, size: number, rng: Rng, pace: Pace) {
    this.#pool = pool
    this.#size = size
    this.#rng = rng
    this.#pace = pace
  }

  /** The rows of batch number `step`. */
  async rows(step: number): Promise<Int32Array> {
    const n = this.#pool.length
    const out = new Int32Array(this.#size)
    let position = step * this.#size
    for (let i = 0; i < out.length; i++, position++) {
      const epoch = Math.floor(position / n)
      if (epoch !== this.#epoch) {
        this.#order = await permutation(n, this.#rng.split(epoch), this.#pace)
        this.#epoch = epoch
      }
      out[i] = this.#pool[this.#order[position - epoch * n]!]!
    }
    return out
  }
}

const BLOCK = 1 << 16

/** A random order of 0 … n − 1 (Fisher–Yates), drawn block by block, because millions of rows would hold the event loop. */
export async function permutation(n: number, rng: Rng, pace: Pace): Promise<Int32Array> {
  const order = range(n)
  for (let start = n - 1, block = 0; start > 0; start -= BLOCK, block++) {
    const count = Math.min(BLOCK, start)
    const u = rng.split(block).values('uniform', 2 * count)
    for (let k = 0, i = start; k < count; k++, i--) {
      // two draws of 23 bits make one of 46
      const j = Math.floor((u[2 * k]! - 2 ** -24 + u[2 * k + 1]! * 2 ** -23) * (i + 1))
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
    }
    if (pace.due) await pace.turn()
  }
  return order
}

/** 0 … n − 1. */
export function range(n: number): Int32Array {
  const out = new Int32Array(n)
  for (let i = 0; i < n; i++) out[i] = i
  return out
}

/** Divides rows 0 … n − 1 at random: `count` of them in the first part, each part in ascending order. */
export async function divide(n: number, count: number, rng: Rng, pace: Pace): Promise<[Int32Array, Int32Array]> {
  const order = await permutation(n, rng, pace)
  return [order.slice(0, count).sort(), order.slice(count).sort()]
}
