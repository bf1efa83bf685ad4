import * as tf from '@tensorflow/tfjs-core'
import { axisOf } from '../rule.js'

/** Each part of a concatenation takes its stretch of the gradient. */
export const concat: tf.GradConfig = {
  kernelName: 'Concat',
  saveAllInputs: true,
  gradFunc: (dy, parts, attrs) => {
    const whole = dy as tf.Tensor
    const axis = axisOf((attrs as unknown as { axis: number }).axis, whole.rank)
    let at = 0
    return Object.fromEntries(
      parts.map((part, i) => {
        const begin = part.shape.map((_, k) => (k === axis ? at : 0))
        at += part.shape[axis]!
        return [i, () => tf.slice(whole, begin, part.shape)]
      }),
    )
  },
}
