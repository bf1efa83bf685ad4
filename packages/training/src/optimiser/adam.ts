import { check } from '@ebbflow/core'
import type { Vector } from '../vectors.js'
import { expectKind, Memory, type Optimiser, type OptimiserState, power } from './optimiser.js'

/** Options of {@link Adam}. */
export interface AdamOptions {
  /** β₁, the decay of the mean of gradients. Default 0.9. */
  beta1?: number
  /** β₂, the decay of the mean of squared gradients. Default 0.999. */
  beta2?: number
  /** ε, added to the root of the second moment. Default 1e-8. */
  epsilon?: number
  /** λ of decoupled weight decay (AdamW): θ ← θ − ηλθ beside the update. Default 0, which is Adam. */
  weightDecay?: number
  /** Which parameters decay, by path. Default all. */
  decays?: (path: string) => boolean
}

/**
 * Adam, and AdamW where `weightDecay` is not zero.
 *
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − η (λθ + m̂ / (√v̂ + ε)) with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ).
 * The arithmetic is in double precision, the moments are kept in the backend's. Kingma & Ba (2015), algorithm 1;
 * Loshchilov & Hutter (2019), algorithm 2.
 *
 * @throws EbbflowError `argument` for a β outside [0, 1), an ε ≤ 0 or a negative λ.
 * @example
 * ```ts
 * const optimiser = new Adam({ beta2: 0.99, weightDecay: 1e-4 })
 * ```
 */
export class Adam implements Optimiser {
  readonly kind = 'adam'
  /** Its options, defaults filled in. */
  readonly settings: Readonly<Required<AdamOptions>>
  readonly #memory = new Memory()
  #step = 0
  #rate = 0
  #decay = 0
  #root = 0

  constructor(options: AdamOptions = {}) {
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0, decays = () => true } = options
    check(beta1 >= 0 && beta1 < 1, 'beta1 must lie in [0, 1)', { received: `${beta1}` })
    check(beta2 >= 0 && beta2 < 1, 'beta2 must lie in [0, 1)', { received: `${beta2}` })
    check(epsilon > 0, 'epsilon must be positive', { received: `${epsilon}` })
    check(weightDecay >= 0, 'weightDecay must not be negative', { received: `${weightDecay}` })
    this.settings = { beta1, beta2, epsilon, weightDecay, decays }
  }

  get step(): number {
    return this.#step
  }

  begin(learningRate: number): void {
    const { beta1, beta2, weightDecay } = this.settings
    this.#step += 1
    this.#rate = learningRate / (1 - power(beta1, this.#step))
    this.#root = 1 / Math.sqrt(1 - power(beta2, this.#step))
    this.#decay = learningRate * weightDecay
  }

  apply(path: string, values: Vector, gradient: Vector, scale: number, out: Vector): void {
    const n = out.length
    const m = this.#memory.at(`m:${path}`, n)
    const v = this.#memory.at(`v:${path}`, n)
    const { beta1, beta2, epsilon, decays } = this.settings
    const keep = this.#decay !== 0 && decays(path) ? 1 - this.#decay : 1
    const rate = this.#rate
    const root = this.#root
    for (let i = 0; i < n; i++) {
      const g = gradient[i]! * scale
      const first = beta1 * m[i]! + (1 - beta1) * g
      const second = beta2 * v[i]! + (1 - beta2) * g * g
      m[i] = first
      v[i] = second
      out[i] = keep * values[i]! - (rate * first) / (Math.sqrt(second) * root + epsilon)
    }
  }

  state(): OptimiserState {
    return { kind: this.kind, step: this.#step, vectors: this.#memory.copy() }
  }

  load(state: OptimiserState): void {
    expectKind(state, this.kind)
    this.#step = state.step
    this.#memory.replace(state.vectors)
  }
}
