import { Emerging } from '@ebbflow/bijectors'
import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { compile } from '../../compile.js'

beforeAll(async () => {
  await useBackend('wasm')
  // registers the engine's kernel
  const layer = new Emerging({ shape: [1, 1, 1] }).init({ seed: 1 })
  tf.tidy(() => void layer.inverse(tf.zeros([1, 1, 1, 1])))
})

const solve = (kernel: tf.Tensor, y: tf.Tensor, sees: string): tf.Tensor =>
  tf.engine().runKernel('EbbflowMaskedConvolutionSolve', [kernel, y] as unknown as tf.NamedTensorMap, { sees })

test.each([
  [1, 1, 1, 1, 1],
  [7, 2, 3, 2, 1],
  [8, 3, 1, 5, 3],
  [9, 1, 4, 3, 3],
  [3, 5, 4, 2, 5],
  [19, 4, 3, 1, 3],
])(
  '%i images of %i×%i×%i by a kernel of %i have the bits of the engine',
  (images, h, w, c, size) =>
    void tf.tidy(() => {
      const kernel = tf.tidy(() => {
        const noise = tf.mul(Rng.seed(1).normal([size, size, c, c]), 0.3)
        return tf.add(
          noise,
          tf.pad(tf.reshape(tf.eye(c), [1, 1, c, c]), [
            [size >> 1, size >> 1],
            [size >> 1, size >> 1],
            [0, 0],
            [0, 0],
          ]),
        )
      })
      const inputs = (seed: number): tf.Tensor => Rng.seed(seed).normal([images, h, w, c])
      const both = (y: tf.Tensor): tf.Tensor[] => ['before', 'after'].map((sees) => solve(kernel, y, sees))
      const compiled = compile(both, inputs(2))
      expect(compiled.explain()).not.toContain('on the engine')
      const got = compiled(inputs(3)).map((t) => Array.from(t.dataSync()))
      expect(got).toEqual(both(inputs(3)).map((t) => Array.from(t.dataSync())))
      compiled.dispose()
    }),
)
