import * as tf from '@tensorflow/tfjs-core'
import { linear, view } from '../rule.js'

/** What was repeated collects the sum over its copies. */
export const tile = linear<{ reps: number[] }>('Tile', (dy, { reps }) => {
  if (reps.every((r) => r === 1)) return view(dy)
  const shape = dy.shape.map((n, i) => n / reps[i]!)
  // an axis of r copies of n becomes two, [r, n]
  const split = shape.flatMap((n, i) => (reps[i] === 1 || n === 1 ? [reps[i]! * n] : [reps[i]!, n]))
  const copies: number[] = []
  let at = 0
  shape.forEach((n, i) => {
    if (reps[i] !== 1) copies.push(at)
    at += reps[i] === 1 || n === 1 ? 1 : 2
  })
  return tf.reshape(tf.sum(tf.reshape(dy, split), copies), shape)
})
