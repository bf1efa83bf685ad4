import { Rng, tensor, useBackend, valueAndGradients, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test, vi } from 'vitest'
import { compile } from '../compile.js'

beforeAll(() => useBackend('wasm'))

type Stride = number | [number, number]
/** [batch, height, width, channels], [kernel height, width, channels out], stride, padding. */
type Case = [
  image: [number, number, number, number],
  kernel: [number, number, number],
  Stride,
  'same' | 'valid' | number,
]

const CASES: Case[] = [
  [[1, 1, 1, 1], [1, 1, 1], 1, 'same'],
  [[2, 5, 4, 3], [1, 1, 5], 1, 'same'],
  [[2, 7, 7, 4], [3, 3, 32], 1, 'same'],
  [[3, 5, 8, 2], [3, 3, 7], 1, 'valid'],
  [[1, 8, 5, 1], [5, 2, 4], 1, 'same'],
  [[2, 8, 7, 3], [3, 3, 5], 2, 'same'],
  [[2, 8, 9, 3], [3, 2, 8], [2, 3], 'valid'],
  [[2, 6, 6, 2], [3, 3, 3], 1, 2],
  [[65, 4, 3, 8], [3, 3, 1], 1, 'same'],
  [[1, 3, 63, 1], [1, 5, 9], 1, 'same'],
]

test.each(CASES)(
  'convolution of %j by %j, stride %j, padding %s: values and both gradients',
  (image, kernel, stride, pad) => {
    const warn = vi.spyOn(console, 'warn')
    const [height, width, outputs] = kernel
    const shapes = [image, [height, width, image[3], outputs]] as const
    const convolve = ([x, filter]: tf.Tensor[]): tf.Tensor[] => {
      const image = tf.conv2d(
        x as tf.Tensor4D,
        filter as tf.Tensor4D,
        stride,
        pad,
        'NHWC',
        1,
        pad === 2 ? 'floor' : undefined,
      )
      const { gradients } = valueAndGradients(
        () =>
          tf.sum(
            tf.square(
              tf.conv2d(
                x as tf.Tensor4D,
                filter as tf.Tensor4D,
                stride,
                pad,
                'NHWC',
                1,
                pad === 2 ? 'floor' : undefined,
              ),
            ),
          ),
        [x!, filter!],
      )
      return [image, ...gradients]
    }
    tf.tidy(() => {
      const inputs = shapes.map((shape, i) => Rng.seed(`${i} ${shape}`).normal([...shape]))
      const compiled = compile((...given: tf.Tensor[]) => convolve(given), ...inputs)
      expect(compiled.reason).toBeUndefined()
      const got = compiled(...inputs)
      const numbers = inputs.map((x) => x.dataSync() as Float32Array)
      const double = withBackend('float64', () =>
        tf.tidy(() => convolve(numbers.map((x, i) => tensor(x, [...shapes[i]!]))).map((y) => Array.from(y.dataSync()))),
      )
      for (const [i, exact] of double.entries()) {
        const scale = Math.max(1, ...exact.map(Math.abs))
        const worst = Math.max(...Array.from(got[i]!.dataSync(), (v, j) => Math.abs(v - exact[j]!)))
        expect(worst / scale, `output ${i}`).toBeLessThan(1e-5)
      }
      compiled.dispose()
    })
    // nothing runs on the engine
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  },
)

test('a convolution with holes in its kernel', () =>
  void tf.tidy(() => {
    const x = Rng.seed(1).normal([2, 9, 8, 3]) as tf.Tensor4D
    const filter = Rng.seed(2).normal([3, 2, 3, 4]) as tf.Tensor4D
    const convolve = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
      tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same', 'NHWC', 2)
    const want = convolve(x, filter).dataSync()
    const got = compile(convolve, x, filter)(x, filter).dataSync()
    for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 4)
  }))
