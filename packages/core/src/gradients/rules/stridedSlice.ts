import * as tf from '@tensorflow/tfjs-core'
import { unary } from '../rule.js'
import { spread } from '../spread.js'

interface Attrs {
  begin: number[]
  end: number[]
  strides: number[]
  beginMask: number
  endMask: number
  ellipsisMask: number
  newAxisMask: number
  shrinkAxisMask: number
}

/** Each entry taken gives its gradient back to where it came from, zeros between. */
export const stridedSlice = unary<Attrs>('StridedSlice', (dy, x, a) => {
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    x.shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  )
  return x.shape.reduce(
    (g, n, axis) => spread(g, axis, n, begin[axis]!, strides[axis]!),
    tf.reshape(dy, tf.slice_util.computeOutShape(begin, end, strides)),
  )
})
