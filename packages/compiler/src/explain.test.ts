import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from './compile.js'

beforeAll(() => useBackend('wasm'))

test('a table tells the passes, what runs with its time, and the memory; results stay what they were', () => {
  const x = Rng.seed(1).normal([64, 8])
  const weight = Rng.seed(2).normal([8, 8])
  const compiled = compile((a: tf.Tensor) => {
    const h = tf.tanh(tf.matMul(a, weight))
    return tf.sum(tf.add(tf.matMul(tf.tanh(tf.matMul(h, weight)), weight), tf.cumsum(h, 1)))
  }, x)
  const before = compiled(x).dataSync()
  const table = compiled.explain()
  for (const part of [/^recorded +\d+$/m, /^epilogues +\d+$/m, /^memory .* without reuse; code .* KiB$/m])
    expect(table).toMatch(part)
  // alike operations are one line: how many, and milliseconds of them all
  expect(table).toMatch(/^MatMul \+ Tanh \[64, 8\] +2 +\d+\.\d{4}$/m)
  expect(table).toMatch(/^Cumsum \[64, 8\] +1 +\d+\.\d{4}$/m)
  expect(table).toMatch(/^in all +\d+ +\d+\.\d{4}$/m)
  expect(compiled(x).dataSync()).toEqual(before)
  compiled.dispose()
  expect(compiled.explain()).toMatch(/disposed/)
})
