import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../shape.js'
import { reduction, unary } from '../rule.js'

/** d Π x = Σⱼ Πᵢ≠ⱼ xᵢ dxⱼ, the products of the others from running products of both ends, so right where some x is zero. */
export const prod = unary<{ axis: unknown }>('Prod', (dy, x, { axis }) => {
  const { axes } = reduction(x.shape, axis)
  const order = [...[...x.shape.keys()].filter((k) => !axes.includes(k)), ...axes]
  const back = order.map((_, k) => order.indexOf(k))
  const movedShape = order.map((k) => x.shape[k]!)
  const n = sizeOf(axes.map((k) => x.shape[k]!))
  const flat = tf.reshape(tf.transpose(x, order), [-1, n])
  const others = tf.mul(tf.cumprod(flat, 1, true), tf.cumprod(flat, 1, true, true))
  return tf.transpose(tf.reshape(tf.mul(others, tf.reshape(dy, [-1, 1])), movedShape), back)
})
