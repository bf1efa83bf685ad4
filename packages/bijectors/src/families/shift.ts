import { constant, type SavedType } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, LINE } from './family.js'

/**
 * The shifts y = x + t, of log-derivative 0: the family of NICE (Dinh et al. 2014, arXiv 1410.8516).
 *
 * @example
 * ```ts
 * const family = shift()
 * const conditioner = new MLP({ inputs: 2, outputs: 2 * rawSize(family) })
 * const layer = new Coupling({ dimensions: 4, family, conditioner }).init()
 * ```
 */
export const shift = (): Family => ({
  type: 'shift',
  shapes: { shift: [] },
  identity: { shift: 0 },
  domain: LINE,
  range: LINE,
  constrain: (raw) => raw,
  forward: (p, x) => ({ value: tf.add(x, p.shift!), logDet: constant(0, x.shape) }),
  inverse: (p, y) => ({ value: tf.sub(y, p.shift!), logDet: constant(0, y.shape) }),
  inverseNumber: (raw, at, _stride, y, out) => {
    out[0] = y - raw[at]!
    out[1] = 0
  },
  config: () => ({}),
})

/** The shifts, as files name them. */
export const shiftType: SavedType<Family> = { type: 'shift', fromConfig: () => shift() }
