import * as tf from '@tensorflow/tfjs-core'
import { linear, view } from '../rule.js'
import { padAxis } from '../spread.js'

interface Attrs {
  paddings: [number, number][]
  mode: 'reflect' | 'symmetric'
}

/** What was mirrored gives its gradient back to the entries it mirrors. */
export const mirrorPad = linear<Attrs>('MirrorPad', (dy, { paddings, mode }) =>
  paddings.reduce((g, [before, after], axis) => unmirror(g, axis, before, after, mode === 'reflect' ? 1 : 0), view(dy)),
)

function unmirror(dy: tf.Tensor, axis: number, before: number, after: number, edge: number): tf.Tensor {
  if (before + after === 0) return dy
  const n = dy.shape[axis]! - before - after
  const part = (at: number, length: number): tf.Tensor =>
    tf.slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? at : 0)),
      dy.shape.map((m, i) => (i === axis ? length : m)),
    )
  const fold = (at: number, length: number, to: number): tf.Tensor =>
    padAxis(tf.reverse(part(at, length), axis), axis, to, n - to - length)
  let dx = part(before, n)
  if (before > 0) dx = tf.add(dx, fold(0, before, edge))
  if (after > 0) dx = tf.add(dx, fold(before + n, after, n - after - edge))
  return dx
}
