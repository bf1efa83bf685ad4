import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor.js'
import { customRule, gradients, jvp, stopGradient, vjp } from './engine.js'
import { exact, grad, near } from './expectations.js'
import { jacobian } from './jacobian.js'

/** x² with its gradient by a vjp of the same function, inside a forward or a gradient rule. */
const squareSlope = (x: tf.Tensor): tf.Tensor => vjp(() => tf.square(x), [x], tf.onesLike(x)).gradients[0]!

describe('a vjp works', () => {
  // y = x · d(x²)/dx = 2x², computed by a vjp in the forward rule and stated with one in the gradient rule
  const inForward = customRule(
    ([x]) => tf.mul(x!, squareSlope(x!)),
    ({ dy, inputs: [x] }) => [tf.mul(dy, tf.mul(x!, 4))],
  )
  const inGradient = customRule(
    ([x]) => tf.square(x!),
    ({ dy, inputs: [x] }) => [tf.mul(dy, squareSlope(x!))],
  )

  exact('inside a forward rule, whether or not a tape is recording', () => {
    const x = tensor([1, 3])
    near(inForward([x]), [2, 18])
    near(
      grad((y) => tf.mul(inForward([y]), y), x),
      [6, 54],
    )
    near(
      grad((y) => grad((z) => inForward([z]), y), x),
      [4, 4],
    )
  })

  exact('inside a gradient rule, at first and second order', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => inGradient([y]), x),
      [2, 6],
    )
    near(
      grad((y) => grad((z) => tf.mul(z, inGradient([z])), y), x),
      [6, 18],
    )
  })

  exact('under an outer tape, whose derivative then is right', () => {
    const x = tensor([1, 3])
    near(
      grad((y) => tf.mul(squareSlope(y), tf.square(y)), x),
      [6, 54],
    )
  })

  exact('after a throw, which leaves no tensor behind', () => {
    const x = tensor([1, 3])
    const fail = (): tf.Tensor => {
      throw new Error('on purpose')
    }
    const before = tf.memory().numTensors
    expect(() => grad((y) => tf.add(tf.exp(tf.square(y)), fail()), x)).toThrow('on purpose')
    expect(() => grad((y) => grad((z) => tf.add(tf.exp(z), fail()), tf.sin(y)), x)).toThrow('on purpose')
    expect(() => grad((y) => tf.add(customRule(fail, () => [])([tf.exp(y)]), y), x)).toThrow('on purpose')
    const badRule = customRule(
      ([y]) => tf.exp(y!),
      () => [fail()],
    )
    expect(() => grad((y) => badRule([tf.exp(y)]), x)).toThrow('on purpose')
    expect(tf.memory().numTensors).toBe(before)
    near(
      grad((y) => tf.square(y), x),
      [2, 6],
    )
    // an inner throw that is caught leaves the outer tape whole
    near(
      grad((y) => {
        const z = tf.square(y)
        expect(() => grad((w) => tf.add(tf.exp(w), fail()), y)).toThrow('on purpose')
        return tf.mul(z, y)
      }, x),
      [3, 27],
    )
  })

  it('outside of a tidy, leaving exactly its results', () => {
    const x = tf.tensor1d([1, 3])
    const before = tf.memory().numTensors
    const { value, gradients: grads } = vjp(() => tf.exp(tf.square(x)), [x])
    expect(tf.memory().numTensors).toBe(before + 2)
    value.dispose()
    grads[0]!.dispose()
    const product = jvp(() => tf.exp(x), [x], [x])
    expect(tf.memory().numTensors).toBe(before + 2)
    product.value.dispose()
    product.tangent.dispose()
    jacobian((y) => tf.exp(y), x).dispose()
    stopGradient(x).dispose()
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})

describe('customRule', () => {
  exact('gives the gradient it states, also to several inputs and outputs', () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])]
    const sumAndProduct = customRule(
      ([x, y]) => [tf.add(x!, y!), tf.mul(x!, y!)],
      ({ dy: [ds, dp], inputs: [x, y] }) => [tf.add(ds!, tf.mul(dp!, y!)), tf.add(ds!, tf.mul(dp!, x!))],
    )
    const f = (): tf.Tensor => {
      const [s, p] = sumAndProduct([a, b])
      return tf.sum(tf.mul(s!, p!))
    }
    // Σ (a + b) a b has slopes 2ab + b² and a² + 2ab
    const [da, db] = gradients(f, [a, b])
    near(da, [15, 32])
    near(db, [7, 20])
    near(gradients(() => tf.sum(gradients(f, [a, b])[0]!), [b])[0], [8, 12])
    near(gradients(() => tf.sum(sumAndProduct([a, b])[1]!), [a])[0], [3, 4])
  })

  exact('takes null for an input without gradient, and hands over inputs and dy themselves safely', () => {
    const x = tensor([1, 2])
    const index = tf.tensor1d([0, 1], 'int32')
    const through = customRule(
      ([y]) => y!,
      ({ dy }) => [dy, null],
    )
    near(
      grad((y) => tf.mul(through([y, index]), y), x),
      [2, 4],
    )
    const itself = customRule(
      ([y]) => tf.square(y!),
      ({ inputs }) => [inputs[0]!],
    )
    near(
      grad((y) => itself([y]), x),
      [1, 2],
    )
  })

  exact('refuses another number of gradients or another shape', () => {
    const x = tensor([1, 2])
    const none = customRule(
      ([y]) => tf.square(y!),
      () => [],
    )
    const scalar = customRule(
      ([y]) => tf.square(y!),
      ({ dy }) => [tf.sum(dy)],
    )
    expect(() => grad((y) => none([y]), x)).toThrow(/one gradient an input/)
    expect(() => grad((y) => scalar([y]), x)).toThrow(/wrong gradient/)
  })
})
