import { Affine, Chain, Logit } from '@ebbflow/bijectors'
import { check } from '@ebbflow/core'

/** Options of {@link imageLogit}. */
export interface ImageLogitOptions {
  /** α, how far the ends of [0, 1] are kept from 0 and 1, in (0, ½). Default 0.05. */
  alpha?: number
}

/**
 * The map of RealNVP from [0, 1] to ℝ, elementwise: y = logit(α + (1 − 2α) x), log|dy/dx| = log(1 − 2α) − log u − log(1 − u) with u that
 * argument (Dinh et al. 2017, arXiv 1605.08803, section 4.1; there it is α + (1 − α) x, which leaves x = 1 at infinity).
 *
 * @throws EbbflowError `argument` for an α outside (0, ½).
 * @example
 * ```ts
 * const y = imageLogit({ alpha: 0.05 }).forward(tf.tensor1d([0, 0.5, 1])) // [-2.94, 0, 2.94]
 * ```
 */
export function imageLogit({ alpha = 0.05 }: ImageLogitOptions = {}): Chain {
  check(alpha > 0 && alpha < 0.5, 'alpha must lie between 0 and ½', { received: `${alpha}` })
  return new Chain([new Affine({ shift: alpha, scale: 1 - 2 * alpha }), new Logit()])
}
