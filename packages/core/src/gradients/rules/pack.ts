import * as tf from '@tensorflow/tfjs-core'
import { axisOf } from '../rule.js'

/** Each tensor of a stack takes its slice of the gradient. */
export const pack: tf.GradConfig = {
  kernelName: 'Pack',
  saveAllInputs: true,
  gradFunc: (dy, parts, attrs) => {
    const whole = dy as tf.Tensor
    const axis = axisOf((attrs as unknown as { axis: number }).axis, whole.rank)
    const size = whole.shape.map((n, k) => (k === axis ? 1 : n))
    return Object.fromEntries(
      parts.map((part, i) => {
        const begin = size.map((_, k) => (k === axis ? i : 0))
        return [i, () => tf.reshape(tf.slice(whole, begin, size), part.shape)]
      }),
    )
  },
}
