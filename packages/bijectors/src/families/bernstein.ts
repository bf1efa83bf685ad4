import { check, constant, logSumExp, type SavedType, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { solved } from './logistic-mixture.js'
import { betweenUnits, type Directions, UNIT, type UnitFamily } from './unit.js'

/** Options of {@link bernstein}. */
export interface BernsteinOptions {
  /** Degree n of the polynomials. Default 8. */
  degree?: number
  /** Least increment of the coefficients, as a share of their mean. Default 1e-3. */
  minimumIncrement?: number
}

/**
 * Increasing Bernstein polynomials of (0, 1): y = Σₖ cₖ C(n, k) xᵏ (1 − x)ⁿ⁻ᵏ with 0 = c₀ < c₁ < … < cₙ = 1, of derivative
 * n Σₖ (cₖ₊₁ − cₖ) C(n−1, k) xᵏ (1 − x)ⁿ⁻¹⁻ᵏ (Ramasinghe et al. 2021, arXiv 2102.03509, eq. 1–5; Farouki 2012, section 5).
 * `onLine(bernstein())` joins it to ℝ by a sigmoid and a logit. Both start as the identity.
 *
 * Sums are of logarithms, so that tails lose nothing; the inverse is found by `solveMonotone`.
 *
 * @throws EbbflowError `argument` for a degree below 1 or a least increment that leaves no room; `convergence` from the inverse.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: onLine(bernstein({ degree: 6 })), shape: [3] }).init()
 * ```
 */
export function bernstein(options: BernsteinOptions = {}): UnitFamily {
  const { degree: n = 8, minimumIncrement = 1e-3 } = options
  check(Number.isInteger(n) && n >= 1, 'the degree of a polynomial must be at least 1', {
    expected: 'a whole number of 1 or more',
    received: `${n}`,
  })
  check(minimumIncrement > 0 && minimumIncrement < 1, 'the least increment must lie in (0, 1)', {
    expected: 'a number between 0 and 1',
    received: `${minimumIncrement}`,
  })
  const forward: Directions['forward'] = ({ logUp, logDown, logSteps }, x) => {
    const logX = tf.neg(tf.softplus(tf.neg(tf.expandDims(x, -1))))
    const log1m = tf.neg(tf.softplus(tf.expandDims(x, -1)))
    // log Σ of coefficients times C(m, k) xᵏ (1 − x)ᵐ⁻ᵏ, k from `first` on
    const sum = (m: number, first: number, logs: tf.Tensor): tf.Tensor => {
      const k = Array.from({ length: logs.shape.at(-1)! }, (_, i) => first + i)
      const basis = tf.add(tf.mul(logX, tensor(k)), tf.mul(log1m, tensor(k.map((i) => m - i))))
      return logSumExp(tf.add(tf.add(basis, tensor(k.map((i) => logBinomial(m, i)))), logs), basis.rank - 1)
    }
    const below = sum(n, 1, logUp!)
    const above = sum(n, 0, logDown!)
    const slope = tf.add(sum(n - 1, 0, logSteps!), constant(Math.log(n)))
    const within = tf.squeeze(tf.add(logX, log1m), [x.rank])
    return { value: tf.sub(below, above), logDet: tf.sub(tf.add(slope, within), tf.add(below, above)) }
  }
  const line: Directions = { forward, inverse: solved(forward, ['logUp', 'logDown', 'logSteps']) }
  return {
    type: 'bernstein',
    shapes: { steps: [n] },
    identity: { steps: 0 },
    domain: UNIT,
    range: UNIT,
    inverseCost: 'iterative',
    constrain: ({ steps }) => {
      const share = tf.mul(tf.softmax(steps!), constant(1 - minimumIncrement))
      const increments = tf.add(share, constant(minimumIncrement / n))
      const axis = increments.rank - 1
      return {
        logUp: tf.log(tf.cumsum(increments, axis)),
        logDown: tf.log(tf.cumsum(increments, axis, false, true)),
        logSteps: tf.log(increments),
      }
    },
    ...betweenUnits(line),
    line,
    config: () => ({ degree: n, minimumIncrement }),
  }
}

function logBinomial(n: number, k: number): number {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}

/** The Bernstein polynomials, as files name them. */
export const bernsteinType: SavedType<UnitFamily> = {
  type: 'bernstein',
  fromConfig: (options) => bernstein(options as BernsteinOptions),
}
