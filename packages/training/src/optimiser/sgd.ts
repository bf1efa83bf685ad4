import { check } from '@ebbflow/core'
import type { Vector } from '../vectors.js'
import { expectKind, Memory, type Optimiser, type OptimiserState } from './optimiser.js'

/** Options of {@link Sgd}. */
export interface SgdOptions {
  /** μ, the share of the last update that is kept. Default 0. */
  momentum?: number
  /** Whether the gradient step is taken from where the momentum leads (Nesterov). Default false. */
  nesterov?: boolean
  /** λ of decoupled weight decay: θ ← θ − ηλθ beside the update. Default 0. */
  weightDecay?: number
}

/**
 * Stochastic gradient descent with momentum: u ← μu + g, θ ← θ − η (λθ + u), or with g + μu in the place of u (Nesterov).
 * Sutskever et al. (2013), in the form that keeps η out of u.
 *
 * @throws EbbflowError `argument` for a momentum outside [0, 1) or a negative weight decay.
 * @example
 * ```ts
 * const optimiser = new Sgd({ momentum: 0.9, nesterov: true })
 * ```
 */
export class Sgd implements Optimiser {
  readonly kind = 'sgd'
  readonly #momentum: number
  readonly #nesterov: boolean
  readonly #weightDecay: number
  readonly #memory = new Memory()
  #step = 0
  #rate = 0

  constructor({ momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions = {}) {
    check(momentum >= 0 && momentum < 1, 'momentum must lie in [0, 1)', { received: `${momentum}` })
    check(weightDecay >= 0, 'weightDecay must not be negative', { received: `${weightDecay}` })
    this.#momentum = momentum
    this.#nesterov = nesterov
    this.#weightDecay = weightDecay
  }

  get step(): number {
    return this.#step
  }

  begin(learningRate: number): void {
    this.#step += 1
    this.#rate = learningRate
  }

  apply(path: string, values: Vector, gradient: Vector, scale: number, out: Vector): void {
    const n = out.length
    const rate = this.#rate
    const keep = 1 - rate * this.#weightDecay
    if (this.#momentum === 0) {
      for (let i = 0; i < n; i++) out[i] = keep * values[i]! - rate * gradient[i]! * scale
      return
    }
    const u = this.#memory.at(`u:${path}`, n)
    const momentum = this.#momentum
    for (let i = 0; i < n; i++) {
      const g = gradient[i]! * scale
      const next = momentum * u[i]! + g
      u[i] = next
      out[i] = keep * values[i]! - rate * (this.#nesterov ? g + momentum * next : next)
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
