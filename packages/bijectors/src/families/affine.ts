import { check, constant, type SavedType } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, LINE } from './family.js'

/** Options of {@link affine}. */
export interface AffineFamilyOptions {
  /** Largest |s|, so that scales stay within e^±bound; `Infinity` for none. Default 3. */
  bound?: number
}

/**
 * The affine maps y = x eˢ + t, of log-derivative s, with s = b tanh(raw / b) bounded by b: the family of RealNVP (Dinh et al. 2017,
 * arXiv 1605.08803, eq. 7).
 *
 * @throws EbbflowError `argument` for a bound that is not positive.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: affine({ bound: 2 }), shape: [3] }).init()
 * ```
 */
export function affine(options: AffineFamilyOptions = {}): Family {
  const bound = options.bound ?? 3
  check(bound > 0, 'the bound of log-scales must be positive', { expected: 'a number above 0', received: `${bound}` })
  return {
    type: 'affine-family',
    shapes: { shift: [], logScale: [] },
    identity: { shift: 0, logScale: 0 },
    domain: LINE,
    range: LINE,
    constrain: ({ shift, logScale }) => ({
      shift: shift!,
      logScale: Number.isFinite(bound)
        ? tf.mul(tf.tanh(tf.div(logScale!, constant(bound))), constant(bound))
        : logScale!,
    }),
    forward: ({ shift, logScale }, x) => ({
      value: tf.add(tf.mul(x, tf.exp(logScale!)), shift!),
      logDet: spread(logScale!, x),
    }),
    inverse: ({ shift, logScale }, y) => {
      const back = tf.neg(logScale!)
      return { value: tf.mul(tf.sub(y, shift!), tf.exp(back)), logDet: spread(back, y) }
    },
    inverseNumber: (raw, at, stride, y, out) => {
      const logScale = raw[at + stride]!
      const back = Number.isFinite(bound) ? -bound * Math.tanh(logScale / bound) : -logScale
      out[0] = (y - raw[at]!) * Math.exp(back)
      out[1] = back
    },
    config: () => ({ bound: Number.isFinite(bound) ? bound : null }),
  }
}

/** One log-scale for each value of x, where parameters are shared over the batch. */
const spread = (logScale: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  logScale.rank === x.rank && logScale.shape.every((n, i) => n === x.shape[i])
    ? logScale
    : tf.add(logScale, constant(0, x.shape))

/** The affine maps, as files name them. */
export const affineType: SavedType<Family> = {
  type: 'affine-family',
  fromConfig: ({ bound }) => affine({ bound: (bound as number | null) ?? Number.POSITIVE_INFINITY }),
}
