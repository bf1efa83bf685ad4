import { type Bijector, type Call, EVAL } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { draws, randomised, withGradients } from './agreement.fixture.js'
import { BIJECTORS } from './bijectors.fixture.js'

export const DIRECTIONS = ['forward', 'inverse'] as const

/** One of the bijectors at random parameters, in one direction. */
export interface Directed {
  readonly bijector: Bijector
  /** Its value and log-determinant, with their gradients. */
  readonly f: (...inputs: tf.Tensor[]) => tf.Tensor[]
  /** What it may be given, drawn from a seed. */
  readonly inputs: (seed: string, rows: number) => tf.Tensor[]
}

export function inDirection(name: string, direction: (typeof DIRECTIONS)[number]): Directed {
  const { make, event, context = 0, domain, spread = 0.3, call } = BIJECTORS[name]!
  const bijector = randomised(make(), spread)
  const f = withGradients(bijector, (x: tf.Tensor, given?: tf.Tensor) => {
    const by: Call = { ...(call?.() ?? EVAL), ...(given && { context: given }) }
    const { value, logDet } =
      direction === 'forward' ? bijector.forwardAndLogDet(x, by) : bijector.inverseAndLogDet(x, by)
    return [value, logDet]
  })
  const inputs = (seed: string, rows: number): tf.Tensor[] => {
    const z = draws(seed, [rows, ...event])
    const x = domain?.(z) ?? z
    const given = context > 0 ? [draws(`${seed} context`, [rows, context])] : []
    if (direction === 'forward') return [x, ...given]
    return [bijector.forward(x, { mode: 'eval', ...(given[0] && { context: given[0] }) }), ...given]
  }
  return { bijector, f, inputs }
}
