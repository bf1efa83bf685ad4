import { constant, currentBackend, FLOAT64, type Mapped, stopGradient } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Within, within } from '../elementwise/interval.js'
import { logitMap, sigmoidMap } from '../elementwise/sigmoid.js'
import type { Family, FamilyParameters, Interval } from './family.js'

/** The unit interval. */
export const UNIT: Interval = { lower: 0, upper: 1 }

/** Both ends count as inside, where a draw may be rounded to them. */
const INSIDE: Within = { lower: 0, upper: 1, closed: true, safe: 0.5 }

/** The two directions of an elementwise map. */
export type Directions = Pick<Family, 'forward' | 'inverse'>

/**
 * A family that ends, or also begins, on (0, 1), where single precision runs out of numbers near 1; `line` are its rules between logits,
 * ℝ → ℝ, which lose nothing there. `onLine(family)` is the family of those.
 */
export interface UnitFamily extends Family {
  readonly line: Directions
}

/** The rules on (0, 1) of rules between logits. */
export function betweenUnits(line: Directions): Directions {
  const through = (map: (p: FamilyParameters, x: tf.Tensor) => Mapped) => (p: FamilyParameters, u: tf.Tensor) => {
    return within(u, INSIDE, (inside) => {
      const start = logitMap(insideUnit(inside))
      const middle = map(p, start.value)
      const end = sigmoidMap(middle.value)
      return { value: end.value, logDet: tf.add(tf.add(start.logDet, middle.logDet), end.logDet) }
    })
  }
  return { forward: through(line.forward), inverse: through(line.inverse) }
}

/** The rules from ℝ to (0, 1) of rules between logits. */
export const ontoUnit = (line: Directions): Directions => ({
  forward: (p, x) => {
    const middle = line.forward(p, x)
    const end = sigmoidMap(middle.value)
    return { value: end.value, logDet: tf.add(middle.logDet, end.logDet) }
  },
  inverse: (p, u) =>
    within(u, INSIDE, (inside) => {
      const start = logitMap(insideUnit(inside))
      const end = line.inverse(p, start.value)
      return { value: end.value, logDet: tf.add(start.logDet, end.logDet) }
    }),
})

/** u brought to the numbers between 0 and 1 that the precision has, so that its logit and the gradients are finite. */
function insideUnit(u: tf.Tensor): tf.Tensor {
  const double = currentBackend() === FLOAT64
  return tf.clipByValue(u, double ? 1e-290 : 1e-30, 1 - (double ? 2 ** -53 : 2 ** -24))
}

/** log softmax over the last axis. */
export function logSoftmax(x: tf.Tensor): tf.Tensor {
  const top = tf.max(stopGradient(x), -1, true)
  const shifted = tf.sub(x, top)
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)))
}

/** b tanh(x / b): x bounded by b, and x itself where b is infinite. */
export const bounded = (x: tf.Tensor, bound: number): tf.Tensor =>
  Number.isFinite(bound) ? tf.mul(tf.tanh(tf.div(x, constant(bound))), constant(bound)) : x
