import { check, type SavedType, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, LINE } from './family.js'
import { solved, speeds } from './logistic-mixture.js'
import { joinSigmoids, type Tracked } from './sigmoids.js'
import { bounded, type Directions, logSoftmax } from './unit.js'

/** Options of {@link monotoneNetwork}. */
export interface MonotoneNetworkOptions {
  /** Units K of each layer. Default 6. */
  width?: number
  /** Number of sigmoid layers. Default 2. */
  layers?: number
  /** Largest |log a| of a unit's slope a. Default 2. */
  bound?: number
}

/**
 * Deep sigmoidal networks, increasing maps of ℝ onto ℝ: h⁽ˡ⁺¹⁾ = logit(W⁽ˡ⁾ σ(a⁽ˡ⁾ ⊙ h⁽ˡ⁾ + b⁽ˡ⁾)) with h⁽⁰⁾ = x, a > 0, rows of W on the
 * simplex, and one value at the end: the transformer of neural autoregressive flows (Huang et al. 2018, arXiv 1804.00779, eq. 8 and 10,
 * with u the identity).
 *
 * A network, unlike a spline, is smooth of every order; K² (layers − 1) + K (2 layers + 1) parameters a value. The logarithm of the
 * derivative is carried along, all by log-sum-exp; the inverse is found by `solveMonotone`. Starts as the identity.
 *
 * @throws EbbflowError `argument` for sizes that are not positive integers; `convergence`, naming the rows, from the inverse.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: monotoneNetwork({ width: 4, layers: 2 }), shape: [3] }).init()
 * ```
 */
export function monotoneNetwork(options: MonotoneNetworkOptions = {}): Family {
  const { width = 6, layers = 2, bound = 2 } = options
  for (const size of [width, layers])
    check(Number.isInteger(size) && size >= 1, 'sizes of a network must be positive integers', {
      expected: 'a whole number of 1 or more',
      received: `${size}`,
    })
  check(bound > 0 && Number.isFinite(bound), 'the bound of log-slopes must be positive', {
    expected: 'a number above 0',
    received: `${bound}`,
  })
  const numbers = Array.from({ length: layers }, (_, l) => l)
  const forward: Directions['forward'] = (p, x) => {
    let h: Tracked = { value: tf.expandDims(x, -1), logSlope: tensor(0) }
    for (const l of numbers) {
      const t: Tracked = {
        value: tf.add(tf.mul(h.value, tf.exp(p[`logSlope${l}`]!)), p[`shift${l}`]!),
        logSlope: tf.add(h.logSlope, p[`logSlope${l}`]!),
      }
      const join = p[`logJoin${l}`]!
      const over = { value: tf.expandDims(t.value, -2), logSlope: tf.expandDims(t.logSlope, -2) }
      const { value, logDet } = joinSigmoids(join, over)
      h = { value, logSlope: logDet }
    }
    return { value: tf.squeeze(h.value, [x.rank]), logDet: tf.squeeze(h.logSlope, [x.rank]) }
  }
  const outs = (l: number): number => (l === layers - 1 ? 1 : width)
  return {
    type: 'monotone-network',
    shapes: Object.fromEntries(
      numbers.flatMap((l) => [
        [`slope${l}`, [width]],
        [`shift${l}`, [width]],
        [`join${l}`, [outs(l), width]],
      ]),
    ),
    identity: {},
    domain: LINE,
    range: LINE,
    inverseCost: 'iterative',
    constrain: (raw) =>
      Object.fromEntries(
        numbers.flatMap((l): [string, tf.Tensor][] => [
          [`logSlope${l}`, bounded(raw[`slope${l}`]!, bound)],
          [`shift${l}`, tf.mul(raw[`shift${l}`]!, tensor(speeds(width)))],
          [`logJoin${l}`, logSoftmax(raw[`join${l}`]!)],
        ]),
      ),
    forward,
    inverse: solved(
      forward,
      numbers.flatMap((l) => [`logSlope${l}`, `shift${l}`, `logJoin${l}`]),
    ),
    config: () => ({ width, layers, bound }),
  }
}

/** The monotone networks, as files name them. */
export const monotoneNetworkType: SavedType<Family> = {
  type: 'monotone-network',
  fromConfig: (options) => monotoneNetwork(options as MonotoneNetworkOptions),
}
