import { EbbflowError } from '@ebbflow/core'
import { newVector, type Vector } from '../vectors.js'

/** What an optimiser has gathered, without tensors: it can be saved, and loaded on any backend. */
export interface OptimiserState {
  /** The optimiser's kind, such as `adam`. */
  readonly kind: string
  /** Number of updates made. */
  readonly step: number
  /** Its vectors by name: what they are, a colon, and the parameter's path, as in `m:bijector.0.scale`. */
  readonly vectors: Readonly<Record<string, Vector>>
}

/** A rule that makes new values of parameters from their gradients; it keeps what it gathers by the parameters' paths. */
export interface Optimiser {
  /** Names it in saved states. */
  readonly kind: string
  /** Number of updates made. */
  readonly step: number
  /** Begins an update with a learning rate; `apply` follows for each parameter. */
  begin(learningRate: number): void
  /** Writes to `out` the new values of the parameter at `path`, from its values and `scale` times its gradient. */
  apply(path: string, values: Vector, gradient: Vector, scale: number, out: Vector): void
  /** A copy of what it has gathered. */
  state(): OptimiserState
  /** Replaces what it has gathered by a copy of `state`; throws an `argument` error for one of another kind. */
  load(state: OptimiserState): void
}

/** The vectors that an optimiser keeps, by name. */
export class Memory {
  readonly #vectors = new Map<string, Vector>()

  /** The vector of that name, zeros at first. */
  at(name: string, length: number): Vector {
    let vector = this.#vectors.get(name)
    if (!vector) {
      vector = newVector(length)
      this.#vectors.set(name, vector)
    }
    if (vector.length !== length)
      throw new EbbflowError('argument', `the optimiser's state does not fit the parameter: ${name}`, {
        expected: `${length} values`,
        received: `${vector.length}`,
      })
    return vector
  }

  copy(): Record<string, Vector> {
    return Object.fromEntries([...this.#vectors].map(([name, vector]) => [name, vector.slice()]))
  }

  replace(vectors: Readonly<Record<string, Vector>>): void {
    this.#vectors.clear()
    for (const [name, vector] of Object.entries(vectors)) {
      const copy = newVector(vector.length)
      copy.set(vector)
      this.#vectors.set(name, copy)
    }
  }
}

/** Throws an `argument` error unless `state` is of kind `kind`. */
export function expectKind(state: OptimiserState, kind: string): void {
  if (state.kind !== kind)
    throw new EbbflowError('argument', 'the state is that of another optimiser', {
      expected: kind,
      received: state.kind,
    })
}

/** xⁿ for a whole n by squaring: the same bits on every engine, which `Math.pow` does not promise. */
export function power(x: number, n: number): number {
  let result = 1
  for (let base = x, k = n; k > 0; k = Math.floor(k / 2), base *= base) if (k % 2 === 1) result *= base
  return result
}
