import {
  check,
  constant,
  iterate,
  type Rng,
  sizeOf,
  slogdet,
  splitShape,
  stopGradient,
  sumEvent,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** A power series with a random number of terms, each divided by the probability that it is reached: without bias. */
export interface RouletteOptions {
  /** Terms that are always computed, at least 1. Default 4. */
  exactTerms?: number
  /** Probability q of each further term. The variance is finite for q > L², L the Lipschitz constant. Default max(½, L). */
  continuation?: number
  /** Random vectors of the trace estimates, over which is averaged. Default 1. */
  samples?: number
}

/**
 * How ln det(I + J) is found: `exact`, by the Jacobian; `{ series: n }`, n terms of its power series with random traces: biased and
 * noisy; `{ roulette: {} }`: unbiased and noisy.
 */
export type ResidualLogDet = 'exact' | { series: number; samples?: number } | { roulette: RouletteOptions }

/** Throws an `argument` error for a mode that is none, or a roulette of infinite variance. */
export function checkLogDet(mode: ResidualLogDet, lipschitz: number): void {
  if (mode === 'exact') return
  const { exact, continuation, samples } = settings(mode, lipschitz)
  const natural = (n: number): boolean => Number.isInteger(n) && n >= 1
  check(natural(exact) && natural(samples), 'terms and samples must be positive integers', {
    expected: 'a whole number of 1 or more',
    received: `${exact} terms, ${samples} samples`,
  })
  check(continuation < 1, 'a roulette must end', { expected: 'a continuation below 1', received: `${continuation}` })
  check(continuation === 0 || continuation > lipschitz ** 2, 'the estimate would have infinite variance', {
    expected: `a continuation above the squared Lipschitz constant, ${(lipschitz ** 2).toFixed(4)}`,
    received: `${continuation}`,
  })
}

/** A series is a roulette that never goes on. */
function settings(mode: Exclude<ResidualLogDet, 'exact'>, lipschitz: number) {
  if ('series' in mode) return { exact: mode.series, continuation: 0, samples: mode.samples ?? 1 }
  const { exactTerms = 4, continuation = Math.max(0.5, lipschitz), samples = 1 } = mode.roulette
  return { exact: exactTerms, continuation, samples }
}

/**
 * ln det(I + ∂f/∂x) of shape `[...batch]` by the Jacobian: D passes back and a factorisation, of order D³. `f` is given each event D times, by an
 * axis behind the batch's, so that what belongs to a row of the batch stays together.
 */
export function exactLogDet(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, eventRank: number): tf.Tensor {
  const { batch, event } = splitShape(x.shape, eventRank)
  const size = sizeOf(event)
  const tiled = tf.add(constant(0, [...batch, size, ...event]), tf.expandDims(x, batch.length))
  // zeros of their own rows, and not of their number: a program takes any
  const seeds = tf.add(tf.zerosLike(tiled), tf.reshape(tf.eye(size), [size, ...event]))
  const pulled = vjp(() => f(tiled), [tiled], seeds).gradients[0]!
  return slogdet(tf.add(tf.reshape(pulled, [...batch, size, size]), tf.eye(size))).logAbsDet
}

/**
 * An estimate of ln det(I + J) = Σₖ (−1)^(k+1) tr(Jᵏ) / k for J = ∂f/∂x of norm below 1, of shape `[...batch]`: traces by
 * vᵀJᵏv with v of ±1 (Hutchinson 1990), terms beyond the exact ones divided by P(N ≥ k) = qᵏ⁻ᵉ (Chen et al. 2019, arXiv 1906.02735,
 * eq. 6). Its gradient is the Neumann series' (eq. 8), E[Σₖ (−1)ᵏ vᵀJᵏ / P(N > k) ∂J v], in memory that does not grow with the terms; no
 * second derivative is claimed.
 */
export function estimateLogDet(
  f: (x: tf.Tensor) => tf.Tensor,
  x: tf.Tensor,
  eventRank: number,
  mode: Exclude<ResidualLogDet, 'exact'>,
  lipschitz: number,
  rng: Rng,
): tf.Tensor {
  const { exact, continuation, samples } = settings(mode, lipschitz)
  const tiled = tf.add(constant(0, [samples, ...x.shape]), x)
  const rows = tiled.shape.slice(0, tiled.rank - eventRank)
  const v = tf.sub(tf.mul(tf.cast(tf.greater(rng.uniform(tiled.shape), 0.5), 'float32'), 2), 1)
  const last = continuation === 0 ? constant(exact, rows) : tf.add(geometric(rng, rows, continuation), exact)
  const perTerm = continuation === 0 ? 0 : -Math.log(continuation)
  /** 1 / P(N ≥ k) */
  const weight = (k: tf.Tensor): tf.Tensor => tf.exp(tf.mul(tf.maximum(tf.sub(k, exact), 0), constant(perTerm)))
  const across = (a: tf.Tensor): tf.Tensor => tf.reshape(a, [...rows, ...Array<number>(eventRank).fill(1)])
  const { state } = iterate({
    solver: 'the power series',
    rows,
    maxIterations: 100_000,
    // the present term's vector (−1)ᵏ vᵀJᵏ, the sum, the gradient's vector, k and N
    state: [v, constant(0, rows), v, constant(0, rows), last],
    step: ([power, sum, neumann, k, n]) => {
      const next = tf.neg(vjp(() => f(tiled), [tiled], power!).gradients[0]!)
      const term = tf.add(k!, 1)
      const trace = sumEvent(tf.mul(next, v), eventRank)
      const reached = tf.cast(tf.less(term, n!), 'float32')
      return {
        state: [
          next,
          tf.sub(sum!, tf.mul(tf.div(trace, term), weight(term))),
          tf.add(neumann!, tf.mul(next, across(tf.mul(reached, weight(tf.add(term, 1)))))),
          term,
          n!,
        ],
        done: tf.greaterEqual(term, n!),
      }
    },
  })
  const [, sum, neumann] = state
  const pulled = vjp(() => f(tiled), [tiled], neumann!).gradients[0]!
  const surrogate = sumEvent(tf.mul(pulled, v), eventRank)
  return tf.mean(tf.add(surrogate, stopGradient(tf.sub(sum!, surrogate))), 0)
}

/** How often the coin of probability q comes up before it does not: P(G ≥ j) = qʲ. */
const geometric = (rng: Rng, shape: number[], q: number): tf.Tensor =>
  tf.floor(tf.mul(tf.log(rng.uniform(shape)), constant(1 / Math.log(q))))
