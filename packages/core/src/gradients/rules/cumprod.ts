import * as tf from '@tensorflow/tfjs-core'
import { axisOf, expand, unary } from '../rule.js'

interface Attrs {
  axis: number
  exclusive: boolean
  reverse: boolean
}

/**
 * d yₖ = Σⱼ Πᵢ≠ⱼ xᵢ dxⱼ, both over the i and j that yₖ is the product of; without a division, so right where some x is zero. Takes
 * n numbers for each x.
 */
export const cumprod = unary<Attrs>('Cumprod', (dy, x, { axis: axisAttr, exclusive, reverse }) => {
  const axis = axisOf(axisAttr, x.rank)
  const n = x.shape[axis]!
  const order = [...x.shape.keys()].filter((k) => k !== axis)
  const last = (y: tf.Tensor): tf.Tensor => (axis === x.rank - 1 ? y : tf.transpose(y, [...order, axis]))
  const moved = last(x)
  const square = [...moved.shape.slice(0, -1), n, n]
  const eye = tf.eye(n)
  // row j holds x with xⱼ replaced by 1
  const others = tf.add(expand(tf.mul(tf.expandDims(moved, -2), tf.sub(1, eye)), square), eye)
  const products = tf.cumprod(others, square.length - 1, exclusive, reverse)
  // k takes part of j's gradient where j is among the factors of yₖ
  const factor = tf.cumsum(eye, 1, exclusive, reverse)
  const dx = tf.sum(tf.mul(tf.mul(products, factor), tf.expandDims(last(dy), -2)), -1)
  const back = [...order.slice(0, axis).keys(), x.rank - 1, ...order.slice(axis).map((_, i) => axis + i)]
  return axis === x.rank - 1 ? dx : tf.transpose(dx, back)
})
