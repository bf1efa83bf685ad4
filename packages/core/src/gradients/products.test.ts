import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { tensor } from '../tensor.js'
import { gradientError, gradientOf } from './differences.js'
import { jvp, stopGradient } from './engine.js'
import { exact, grad, near, numbers } from './expectations.js'
import { jacobian } from './jacobian.js'

describe('stopGradient, jvp and jacobian', () => {
  exact('no gradient flows through stopGradient, at any order', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => tf.mul(stopGradient(tf.square(y)), y), x),
      [1, 9],
    )
    near(
      grad((y) => grad((z) => tf.mul(stopGradient(z), tf.square(z)), y), x),
      [2, 6],
    )
    near(stopGradient(x), [1, 3])
  })

  exact('jvp is the directional derivative', () => {
    const x = tensor([0.5, 1.5])
    const w = tensor([1, 2, 3, 4, 5, 6], [2, 3])
    const f = (): tf.Tensor => tf.exp(tf.reshape(tf.matMul(tf.reshape(tf.sin(x), [1, 2]), w), [3]))
    const { value, tangent } = jvp(f, [x, w], [tensor([1, -2]), tf.fill([2, 3], 0.5)])
    const y = numbers(f())
    near(value, y)
    const [s, c] = [[0.5, 1.5].map(Math.sin), [0.5, 1.5].map(Math.cos)]
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
    ]
    near(
      tangent,
      y.map((v, k) => v * (c[0]! * rows[0]![k]! - 2 * c[1]! * rows[1]![k]! + 0.5 * (s[0]! + s[1]!))),
      9,
    )
    near(jvp(() => tf.fill([2], 3), [x], [x]).tangent, [0, 0])
    near(jvp(() => x, [x], [tensor([1, -2])]).tangent, [1, -2])
    expect(() => jvp(f, [x], [])).toThrow(/wrong tangent 0/)
  })

  exact('a jvp is differentiable', () => {
    const x = tensor([0.5, 1.5])
    const t = tensor([1, -2])
    // the jvp of x³ along t is 3x² t, of slope 6 x t
    near(
      grad((y) => jvp(() => tf.pow(y, 3), [y], [t]).tangent, x),
      [3, -18],
    )
  })

  exact('jacobian of one event, of a batch and of images', () => {
    const x = tensor([1, 2, 3])
    const f = (y: tf.Tensor): tf.Tensor => {
      const [a, b, c] = tf.unstack(y, -1)
      return tf.stack([tf.mul(a!, b!), tf.square(c!)], -1 + y.rank)
    }
    const j = jacobian(f, x)
    expect(j.shape).toEqual([2, 3])
    near(j, [2, 1, 0, 0, 0, 6])
    const batch = tensor([1, 2, 3, 4, 5, 6], [2, 1, 3])
    const jb = jacobian(f, batch)
    expect(jb.shape).toEqual([2, 1, 2, 3])
    near(jb, [2, 1, 0, 0, 0, 6, 5, 4, 0, 0, 0, 12])
    const image = jacobian((y) => tf.square(y), tensor([1, 2, 3, 4], [1, 2, 2]), 2)
    expect(image.shape).toEqual([1, 4, 4])
    near(image, [2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 8])
    near(
      jacobian((y) => tf.square(y), tensor([1, 2]), 0),
      [2, 4],
    )
  })

  exact('jacobian is differentiable, also in parameters', () => {
    const x = { shape: [2, 3], data: Float64Array.of(0.3, -1, 2, 0.1, 0.5, -0.25) }
    const w = { shape: [3, 2], data: Float64Array.of(1, 0.5, -0.5, 0.25, 2, -1) }
    const f = ([y, v]: tf.Tensor[]): tf.Tensor =>
      tf.sum(tf.square(jacobian((z) => tf.tanh(tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]), v!), [-1, 2, 2])), y!)))
    const g = ([y, v]: tf.Tensor[]): tf.Tensor =>
      tf.sum(
        tf.square(
          jacobian((z) => tf.tanh(tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]), v!), [...z.shape.slice(0, -1), 2])), y!),
        ),
      )
    expect(() => tf.tidy(() => f([tensor(x.data, x.shape), tensor(w.data, w.shape)]))).toThrow(/leading axes/)
    expect(gradientError(g, [x, w])).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(g), [x, w])).toBeLessThan(1e-7)
  })
})
