import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor.js'
import { exact, grad, near } from './expectations.js'
import { installRules } from './install.js'
import { rules } from './rules/index.js'

describe('installed rules', () => {
  exact('come back by the next gradient when something has overwritten them', () => {
    const wrong: tf.GradConfig = { kernelName: 'Exp', gradFunc: (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 3) }) }
    tf.registerGradient(wrong)
    near(
      grad((y) => tf.exp(y), tensor([0, 1])),
      [1, Math.E],
    )
    expect(tf.getGradient('Exp')).not.toBe(wrong)
    tf.unregisterGradient('Exp')
    near(
      grad((y) => tf.exp(y), tensor([0, 1])),
      [1, Math.E],
    )
  })

  it('make tfjs’s own gradients work as well', () => {
    installRules(rules)
    const x = tf.tensor1d([1, 2])
    const before = tf.memory().numTensors
    const engine = tf.engine() as unknown as {
      gradients(f: () => tf.Tensor, xs: tf.Tensor[]): { value: tf.Tensor; grads: tf.Tensor[] }
    }
    const found = engine.gradients(() => {
      const a = tf.add(x, 1)
      return tf.sum(tf.add(tf.mul(a, tf.add(a, x)), tf.sub(a, a)))
    }, [x])
    // Σ (x + 1) (2x + 1) has slope 4x + 3
    expect([...found.grads[0]!.dataSync()]).toEqual([7, 11])
    found.value.dispose()
    found.grads[0]!.dispose()
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })
})
