import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { gradients } from './engine.js'

export const sum = (x: tf.Tensor): tf.Tensor => tf.sum(x)
/** The gradient of the sum of f(x). */
export const grad = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor => gradients(() => sum(f(x)), [x])[0]!

/** Runs a test in double precision and sees that it leaves no tensor behind, nor anything kept. */
export function exact(name: string, body: () => void): void {
  it(name, () => {
    withBackend('float64', () => {
      const before = tf.memory().numTensors
      tf.tidy(body)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

export const numbers = (t: tf.Tensor | undefined): number[] => Array.from(t!.dataSync())
/** Holds a tensor to the numbers expected. */
export function near(t: tf.Tensor | undefined, expected: readonly number[], digits = 12): void {
  const actual = numbers(t)
  expect(actual).toHaveLength(expected.length)
  actual.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i]!, digits)
  })
}
