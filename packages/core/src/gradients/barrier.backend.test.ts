import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { tensor } from '../tensor.js'
import { barrier } from './barrier.js'
import { gradients, vjp } from './engine.js'
import { taping, untaped } from './tape.js'

it('a barrier is a copy with data of its own, differentiable any number of times', () => {
  tf.tidy(() => {
    const x = tensor([1, 2, 3])
    const copy = barrier(x)
    expect(copy.dataId).not.toBe(x.dataId)
    expect([...copy.dataSync()]).toEqual([1, 2, 3])
    const cube = (y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(barrier(y), tf.square(y)))
    const [second] = gradients(() => tf.sum(gradients(() => cube(x), [x])[0]!), [x])
    for (const [i, value] of second!.dataSync().entries()) expect(value).toBeCloseTo(6 * (i + 1), 5)
  })
})

it('what runs off the tape gets no gradient, and knows that it is off', () => {
  tf.tidy(() => {
    const x = tensor([2])
    expect(taping()).toBe(false)
    const { gradients: found } = vjp(() => {
      expect(taping()).toBe(true)
      const held = untaped(() => {
        expect(taping()).toBe(false)
        return tf.square(x)
      })
      return tf.mul(held, x)
    }, [x])
    expect([...found[0]!.dataSync()]).toEqual([4])
  })
})
