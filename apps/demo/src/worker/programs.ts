import { compile } from '@ebbflow/compiler'
import { Rng } from '@ebbflow/core'
import type { Flow } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'

/** Rows computed at once: one shape, hence one program. */
const BLOCK = 2048

type Program = ReturnType<typeof compile<[tf.Tensor], tf.Tensor>>

/** A flow's two directions as compiled functions of plain rows, made when first called. */
export class Programs {
  readonly #flow: Flow
  readonly #width: number
  #density: Program | undefined
  #forward: Program | undefined

  constructor(flow: Flow) {
    this.#flow = flow
    this.#width = flow.eventShape.reduce((a, b) => a * b, 1)
  }

  /** log p of rows in model units; an estimate, always with the same noise, where the flow has no exact one. */
  logProb(rows: Float32Array): Float32Array {
    const flow = this.#flow
    const rule = (x: tf.Tensor): tf.Tensor =>
      flow.estimated ? flow.logProbEstimate(x, { rng: Rng.seed('studio') }) : flow.logProb(x)
    return this.#blocks(rows, 1, (x) => {
      this.#density ??= compile(rule, x)
      return this.#density(x)
    })
  }

  /** x = f(z) of rows. */
  fromNoise(rows: Float32Array): Float32Array {
    return this.#blocks(rows, this.#width, (z) => {
      this.#forward ??= compile((noise: tf.Tensor) => this.#flow.fromLatent(noise), z)
      return this.#forward(z)
    })
  }

  /** n draws of the base, row by row. */
  noise(n: number, seed: number | string): Float32Array {
    const z = tf.tidy(() => this.#flow.base.sample([n], { rng: Rng.seed(seed) }))
    const values = Float32Array.from(z.dataSync())
    z.dispose()
    return values
  }

  #blocks(rows: Float32Array, width: number, map: (x: tf.Tensor) => tf.Tensor): Float32Array {
    const n = rows.length / this.#width
    const out = new Float32Array(n * width)
    const padded = new Float32Array(BLOCK * this.#width)
    for (let start = 0; start < n; start += BLOCK) {
      const count = Math.min(BLOCK, n - start)
      padded.fill(0)
      padded.set(rows.subarray(start * this.#width, (start + count) * this.#width))
      const x = tf.tensor(padded.slice(), [BLOCK, ...this.#flow.eventShape])
      const y = map(x)
      out.set((y.dataSync() as Float32Array).subarray(0, count * width), start * width)
      tf.dispose([x, y])
    }
    return out
  }

  dispose(): void {
    this.#density?.dispose()
    this.#forward?.dispose()
  }
}
