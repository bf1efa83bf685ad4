import type { Rng } from '@ebbflow/core'

/**
 * Which rows make up which mini-batch: the rows in one random order after another, cut into batches of equal size, so that every
 * row comes equally often. A batch depends on the seed and its own number alone, which is what lets a fit be resumed.
 */
export class Sampler {
  readonly #pool: Int32Array
  readonly #size: number
  readonly #rng: Rng
  #epoch = -1
  #order: Int32Array = new Int32Array(0)

  /** Batches of `size` of the rows in `pool`. */
  constructor(pool: Int32Array, size: number, rng: Rng) {
    this.#pool = pool
    this.#size = size
    this.#rng = rng
  }

  /** The rows of batch number `step`. */
  rows(step: number): Int32Array {
    const n = this.#pool.length
    const out = new Int32Array(this.#size)
    let position = step * this.#size
    for (let i = 0; i < out.length; i++, position++) {
      const epoch = Math.floor(position / n)
      if (epoch !== this.#epoch) {
        this.#epoch = epoch
        this.#order = this.#rng.split(epoch).permutation(n)
      }
      out[i] = this.#pool[this.#order[position - epoch * n]!]!
    }
    return out
  }
}

/** Divides rows 0 … n − 1 at random: `count` of them in the first part, each part in ascending order. */
export function divide(n: number, count: number, rng: Rng): [Int32Array, Int32Array] {
  const order = rng.permutation(n)
  return [order.slice(0, count).sort(), order.slice(count).sort()]
}
