import * as tf from '@tensorflow/tfjs-core'

/** Puts the entries along an axis at begin, begin + stride, … among n, zeros elsewhere: the transpose of a strided slice. */
export function spread(g: tf.Tensor, axis: number, n: number, begin: number, stride: number): tf.Tensor {
  const taken = g.shape[axis]!
  if (taken === n && stride === 1) return g
  const forward = stride > 0 ? g : tf.reverse(g, axis)
  const step = Math.abs(stride)
  const first = stride > 0 ? begin : begin + (taken - 1) * stride
  if (step === 1) return padAxis(forward, axis, first, n - first - taken)
  // each entry becomes a block of `step` whose first is the entry
  const before = g.shape.slice(0, axis)
  const after = g.shape.slice(axis + 1)
  const blocks = padAxis(tf.reshape(forward, [...before, taken, 1, ...after]), axis + 1, 0, step - 1)
  const long = tf.reshape(blocks, [...before, taken * step, ...after])
  const room = n - first - taken * step
  if (room >= 0) return padAxis(long, axis, first, room)
  const cut = tf.slice(
    long,
    long.shape.map(() => 0),
    long.shape.map((m, i) => (i === axis ? m + room : m)),
  )
  return padAxis(cut, axis, first, 0)
}

/** Zeros before and after along one axis. */
export const padAxis = (x: tf.Tensor, axis: number, before: number, after: number): tf.Tensor =>
  before === 0 && after === 0
    ? x
    : tf.pad(
        x,
        x.shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0])),
      )
