import { check, EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Options of {@link bitsPerDim}. */
export interface BitsPerDimOptions {
  /** D, the number of values of an event, such as h·w·c. */
  dimensions: number
  /**
   * For log-densities of data scaled to [0, 1] from that many levels: bits a level, as the literature reports them, are log₂ levels more.
   * Default 1: the log-probabilities are of the data as they come.
   */
  levels?: number
}

/**
 * Mean bits per dimension, −mean(log p) / (D ln 2) + log₂ levels, of log-probabilities in nats, one an event.
 *
 * @throws EbbflowError `not-finite` when one is NaN, naming the first; `argument` when there are none.
 * @example
 * ```ts
 * const bits = bitsPerDim([-784 * Math.log(2)], { dimensions: 784 }) // 1
 * ```
 */
export function bitsPerDim(logProb: number | ArrayLike<number> | tf.Tensor, options: BitsPerDimOptions): number {
  const { dimensions, levels = 1 } = options
  check(Number.isInteger(dimensions) && dimensions >= 1, 'bits are per dimension', {
    received: `dimensions ${dimensions}`,
  })
  check(levels > 0 && Number.isFinite(levels), 'levels must be a positive number', { received: `${levels}` })
  const values = typeof logProb === 'number' ? [logProb] : logProb instanceof tf.Tensor ? logProb.dataSync() : logProb
  check(values.length > 0, 'no log-probabilities to take the mean of')
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]))
      throw new EbbflowError('not-finite', `log-probability ${i} is not a number`, { received: 'NaN' })
    sum += values[i]!
  }
  return -sum / values.length / dimensions / Math.LN2 + Math.log2(levels)
}
