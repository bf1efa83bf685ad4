import { InvertibleResidual, LipschitzMLP } from '@ebbflow/bijectors'
import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from '../../compile.js'

beforeAll(async () => {
  await useBackend('wasm')
  // registers the engine's kernel
  const net = new LipschitzMLP({ inputs: 1, outputs: 1, hidden: [1] })
  const layer = new InvertibleResidual({ net }).init({ seed: 1 })
  tf.tidy(() => void layer.forward(tf.zeros([1, 1])))
})

const iterated = (w: tf.Tensor, start: tf.Tensor, maxSteps: number, tolerance: number): tf.Tensor[] =>
  tf.engine().runKernel('EbbflowPowerIteration', [w, start] as unknown as tf.NamedTensorMap, {
    maxSteps,
    tolerance,
  }) as unknown as tf.Tensor[]

test.each([
  [1, 1],
  [3, 5],
  [8, 8],
  [9, 2],
  [64, 33],
])('the power iteration of a matrix of %i×%i has the bits of the engine', (rows, columns) => {
  tf.tidy(() => {
    const inputs = (seed: number): [tf.Tensor, tf.Tensor] => [
      Rng.seed(seed).normal([rows, columns]),
      Rng.seed(`start ${seed}`).normal([columns]),
    ]
    const run = (w: tf.Tensor, start: tf.Tensor): tf.Tensor[] => [
      ...iterated(w, start, 50, 1e-4),
      ...iterated(w, start, 1, 0),
      ...iterated(tf.transpose(w), tf.reshape(tf.slice(w, [0, 0], [rows, 1]), [rows]), 7, 1e-9),
      ...iterated(tf.mul(w, 0), start, 3, 0),
    ]
    const compiled = compile(run, ...inputs(1))
    expect(compiled.explain()).not.toContain('on the engine')
    const values = (list: tf.Tensor[]): number[][] => list.map((t) => Array.from(t.dataSync()))
    expect(values(compiled(...inputs(2)))).toEqual(values(run(...inputs(2))))
    compiled.dispose()
  })
})
