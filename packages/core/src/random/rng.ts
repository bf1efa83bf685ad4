import * as tf from '@tensorflow/tfjs-core'
import { check } from '../errors.js'
import { runKernel } from '../kernels/index.js'
import type { Shape } from '../shape.js'
import { type Draw, draw, random } from './kernel.js'
import { fold, type Words } from './threefry.js'

/**
 * A counter-based random number generator: seeded, splittable, and the same bits on every engine and backend.
 *
 * Each draw is a pure function of `(key, stream, number of earlier draws)`; `split(label)` gives an independent stream
 * that does not depend on earlier draws.
 * Threefry-2×32 (Salmon et al. 2011); normals by the inverse CDF (Wichura, AS 241).
 *
 * @example
 * ```ts
 * import { Rng, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const rng = Rng.seed(1)
 * const noise = rng.split('noise').normal([256, 2])
 * ```
 */
export class Rng {
  readonly #key: Words | tf.Tensor
  readonly #stream: Words
  #draws = 0

  private constructor(key: Words | tf.Tensor, stream: Words) {
    this.#key = key
    this.#stream = stream
  }

  /** A generator from a seed: any number or text; 0 is a seed like any other. */
  static seed(seed: number | string): Rng {
    check(typeof seed === 'string' || Number.isFinite(seed), 'a seed must be finite', { received: `${seed}` })
    return new Rng(fold([0x45626266, 0x6c6f7700], seed), [0, 0])
  }

  /** A generator whose key is the int32 tensor `key` of shape `[2]`: a recorded program can be given another. */
  static fromKey(key: tf.Tensor): Rng {
    check(key.dtype === 'int32' && key.size === 2, 'a key must be two int32 words', {
      received: `${key.dtype} [${key.shape}]`,
    })
    return new Rng(key, [0, 0])
  }

  /** A generator seeded from the platform's entropy: another one at each call. */
  static entropy(): Rng {
    const words = globalThis.crypto.getRandomValues(new Uint32Array(2))
    return new Rng([words[0]!, words[1]!], [0, 0])
  }

  /** An independent generator named by `label`; the same label gives the same one. */
  split(label: string | number): Rng {
    return new Rng(this.#key, fold(this.#stream, label))
  }

  /** An independent generator whose key is made of this one's key and stream: a recorded program can be given that key. */
  rekey(): Rng {
    return new Rng(fold(this.#words('rekey'), this.#stream.join(' ')), [0, 0])
  }

  /** The two int32 words of its key, as `fromKey` takes them. */
  get key(): Int32Array {
    return Int32Array.from(this.#words('key'), (word) => word | 0)
  }

  #words(what: string): Words {
    const key = this.#key
    check(!(key instanceof tf.Tensor), `${what} needs a generator made from a seed`)
    return key as Words
  }

  /** An independent generator, another one at each call: for parts that draw by labels of their own within a larger draw. */
  fork(): Rng {
    return new Rng(this.#key, this.#next())
  }

  /** A generator in the same state: both draw the same numbers from here on. */
  copy(): Rng {
    const same = new Rng(this.#key, this.#stream)
    same.#draws = this.#draws
    return same
  }

  /** Uniform draws on the open interval (0, 1), of shape `shape`. */
  uniform(shape: Shape = []): tf.Tensor {
    return this.#tensor('uniform', shape)
  }

  /** Standard normal draws of shape `shape`. */
  normal(shape: Shape = []): tf.Tensor {
    return this.#tensor('normal', shape)
  }

  /** `count` draws without tensors. */
  values(kind: Draw, count: number): Float32Array {
    const [k0, k1] = this.#words('values()')
    const [s0, s1] = this.#next()
    return draw(kind, k0, k1, s0, s1, count)
  }

  /** A random permutation of 0 … n − 1 (Fisher–Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    const u = this.values('uniform', 2 * n)
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor((u[2 * i]! - 2 ** -24 + u[2 * i + 1]! * 2 ** -23) * (i + 1))
      const held = order[i]!
      order[i] = order[j]!
      order[j] = held
    }
    return order
  }

  #next(): Words {
    const stream = fold(this.#stream, this.#draws)
    this.#draws += 1
    return stream
  }

  #tensor(kind: Draw, shape: Shape): tf.Tensor {
    const [s0, s1] = this.#next()
    return tf.tidy(() => {
      const key = this.#key
      const input = key instanceof tf.Tensor ? key : tf.tensor1d([key[0] | 0, key[1] | 0], 'int32')
      return runKernel(random, [input], { kind, shape: [...shape], s0, s1 })
    })
  }
}
