import * as tf from '@tensorflow/tfjs-core'
import { describe, expect } from 'vitest'
import { EbbflowError } from '../errors.js'
import { tensor } from '../tensor.js'
import { gradientError, gradientOf } from './differences.js'
import { gradients, valueAndGradients, vjp } from './engine.js'
import { exact, grad, near, sum } from './expectations.js'

describe('gradients', () => {
  exact('of several xs, with the value', () => {
    const [a, b, c] = [tensor([1, 2]), tensor([3, 4]), tensor([5, 6])]
    const { value, gradients: grads } = valueAndGradients(() => tf.sum(tf.mul(a, b)), [a, b, c])
    near(value, [11])
    near(grads[0], [3, 4])
    near(grads[1], [1, 2])
    near(grads[2], [0, 0])
  })

  exact('of a variable', () => {
    const v = tf.variable(tensor([1, 2]))
    near(gradients(() => tf.sum(tf.square(v)), [v])[0], [2, 4])
    v.dispose()
  })

  exact('refuse a value that is not a scalar, and a dy of another shape', () => {
    const x = tensor([1, 2])
    expect(() => gradients(() => tf.square(x), [x])).toThrow(EbbflowError)
    expect(() => vjp(() => tf.square(x), [x], tensor([1, 2, 3]))).toThrow(/wrong dy/)
  })

  exact('name the kernel that has no rule', () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]) as tf.Tensor4D
    expect(() => grad((y) => tf.maxPool(y as tf.Tensor4D, 2, 1, 'valid'), x)).toThrow(/MaxPool has no gradient rule/)
  })

  exact('belong to the caller: disposing of them or of the value harms no other tensor', () => {
    const x = tensor(3)
    const dy = tensor(2)
    const same = vjp(() => x, [x, x], dy)
    same.value.dispose()
    same.gradients[0]!.dispose()
    near(same.gradients[1], [2])
    same.gradients[1]!.dispose()
    near(x, [3])
    near(dy, [2])
    gradients(() => x, [x])[0]!.dispose()
    near(x, [3])
    const [da, db] = vjp(() => tf.add(x, dy), [x, dy], dy).gradients
    da!.dispose()
    near(db, [2])
    near(dy, [2])
  })

  exact('are partial derivatives: what was computed outside is held constant', () => {
    const x = tensor(3)
    const outside = tf.square(x)
    near(
      grad((y) => tf.mul(y, outside), x),
      [9],
    )
    near(
      grad((y) => tf.mul(y, tf.square(y)), x),
      [27],
    )
    // and within an outer gradient: d/dx of (x² held constant, d/dx of x·h) = d/dx x² = 2x
    near(
      grad((y) => {
        const h = tf.square(y)
        return gradients(() => tf.mul(y, h), [y])[0]!
      }, x),
      [6],
    )
    near(
      gradients(() => {
        const h = tf.square(x)
        return gradients(() => tf.mul(x, tf.square(h)), [h])[0]!
      }, [x])[0],
      // d/dx of x · 2h, with h = x²: 2x³ has slope 6x²
      [54],
    )
  })

  exact('flow through the same tensor used many times, and through branches that end', () => {
    const x = tensor([1, 2])
    const y = (t: tf.Tensor): tf.Tensor => {
      tf.exp(t)
      return tf.add(tf.add(t, t), tf.mul(t, tf.add(t, 1)))
    }
    near(grad(y, x), [5, 7])
  })

  exact('of masks, indices and integers are zero, and need not be computed', () => {
    const x = tensor([0.5, -2, 3])
    near(
      grad((y) => tf.where(tf.logicalAnd(tf.greater(y, 0), tf.notEqual(y, 3)), tf.square(y), tf.neg(y)), x),
      [1, -1, -1],
    )
    near(
      grad((y) => tf.gather(y, tf.argMax(y)), x),
      [0, 0, 1],
    )
    near(
      grad((y) => tf.mul(tf.cast(tf.cast(y, 'int32'), 'float32'), y), x),
      [0, -2, 3],
    )
    const counts = tf.tensor1d([1, 2], 'int32')
    near(gradients(() => tf.sum(tf.square(tf.cast(counts, 'float32'))), [counts])[0], [0, 0])
  })

  exact('of where do not leak NaN out of the branch not taken', () => {
    const x = tensor([-1, 4])
    const y = tensor([2, 3])
    near(
      grad((y) => {
        const positive = tf.greater(y, 0)
        return tf.where(positive, tf.sqrt(tf.where(positive, y, tf.onesLike(y))), tf.zerosLike(y))
      }, x),
      [0, 0.25],
    )
    const infinite = vjp(() => tf.where(tf.greater(x, 0), x, y), [x, y], tensor([1, Number.POSITIVE_INFINITY]))
    near(infinite.gradients[0], [0, Number.POSITIVE_INFINITY])
    near(infinite.gradients[1], [1, 0])
  })

  exact('of a maximum are shared by ties', () => {
    near(
      grad((y) => tf.max(y), tensor([1, 3, 3])),
      [0, 0.5, 0.5],
    )
    near(
      grad((y) => tf.min(y, 0), tensor([1, 3, 1, 0], [2, 2])),
      [0.5, 0, 0.5, 1],
    )
    near(
      grad((y) => tf.maximum(y, y), tensor([1, 3])),
      [1, 1],
    )
  })

  exact('of unstack and split along an axis of length 1', () => {
    const x = tensor([1, 2, 3], [1, 3])
    near(
      grad((y) => tf.square(tf.unstack(y, 0)[0]!), x),
      [2, 4, 6],
    )
    near(
      grad((y) => tf.square(tf.split(y, 1, 0)[0]!), x),
      [2, 4, 6],
    )
  })
})

describe('gradients of gradients', () => {
  exact('of x·σ(x) are right', () => {
    const x = 0.7
    const s = 1 / (1 + Math.exp(-x))
    const d = s * (1 - s)
    const swish = (y: tf.Tensor): tf.Tensor => tf.mul(y, tf.sigmoid(y))
    near(
      grad((y) => grad(swish, y), tensor(x)),
      [2 * d + x * d * (1 - 2 * s)],
    )
  })

  exact('are right for functions of tfjs that save their output', () => {
    const x = { shape: [2, 3], data: Float64Array.of(0.3, -1, 2, 0, 0.5, -0.25) }
    const f = ([y]: tf.Tensor[]): tf.Tensor => tf.sum(tf.mul(tf.logSoftmax(y!), tf.square(y!)))
    expect(gradientError(f, [x])).toBeLessThan(1e-8)
    expect(gradientError(gradientOf(f), [x])).toBeLessThan(1e-8)
  })

  exact('to third order agree with differences', () => {
    const points = [
      { shape: [3], data: Float64Array.of(0.3, -1.2, 2) },
      { shape: [2, 3], data: Float64Array.of(0.5, 1, -0.5, 0.2, 0.1, -1) },
    ]
    const f = ([a, b]: tf.Tensor[]): tf.Tensor =>
      tf.sum(
        tf.mul(tf.tanh(tf.mul(a!, b!)), tf.logSumExp(tf.matMul(b!, tf.exp(tf.reshape(tf.sin(a!), [3, 1]))), 1, true)),
      )
    expect(gradientError(f, points)).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(f, 3), points)).toBeLessThan(1e-7)
    expect(gradientError(gradientOf(gradientOf(f, 3), 5), points)).toBeLessThan(1e-7)
  })

  exact('many deep leave no tensor behind', () => {
    const x = tensor([0.5, 1])
    const depth = (n: number): tf.Tensor => (n === 0 ? tf.exp(x) : gradients(() => sum(depth(n - 1)), [x])[0]!)
    near(depth(5), [Math.exp(0.5), Math.E])
  })
})
