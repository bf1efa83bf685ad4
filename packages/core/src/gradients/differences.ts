import * as tf from '@tensorflow/tfjs-core'
import { draw } from '../random/kernel.js'
import { tensor } from '../tensor.js'
import { gradients } from './engine.js'

/** A float input of a function under test. */
export interface Point {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export const pointOf = (t: tf.Tensor): Point => ({ shape: t.shape, data: Float64Array.from(t.dataSync()) })

/** Numbers in [−1, 1), the same for the same seed and stream. */
export const noise = (size: number, seed: number, stream: number): Float64Array =>
  Float64Array.from(draw('uniform', seed, stream, 0, 0, size), (u) => 2 * u - 1)

const at = (points: readonly Point[]): tf.Tensor[] => points.map(({ data, shape }) => tensor(data, shape))
const read = (f: () => tf.Tensor): number => {
  const value = tf.tidy(f)
  const [number] = value.dataSync()
  value.dispose()
  return number!
}
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((s, x, i) => s + x * b[i]!, 0)

/**
 * The largest relative error (absolute below 1) of the gradient of a scalar function against central differences along a random
 * direction of each input.
 */
export function gradientError(f: (xs: tf.Tensor[]) => tf.Tensor, points: readonly Point[], seed = 1, h = 1e-5): number {
  const exact = tf.tidy(() => {
    const xs = at(points)
    return gradients(() => f(xs), xs).map((g) => Float64Array.from(g.dataSync())) as unknown as tf.Tensor[]
  }) as unknown as Float64Array[]
  let worst = 0
  points.forEach(({ data }, k) => {
    const direction = noise(data.length, seed, 1000 + k)
    const moved = (step: number): number =>
      read(() =>
        f(
          at(
            points.map((p, j) =>
              j === k ? { shape: p.shape, data: p.data.map((x, i) => x + step * direction[i]!) } : p,
            ),
          ),
        ),
      )
    const expected = (moved(h) - moved(-h)) / (2 * h)
    const error = Math.abs(dot(exact[k]!, direction) - expected) / Math.max(1, Math.abs(expected))
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
  })
  return worst
}

/** The function whose gradient is the gradient of the gradient of f, weighted at random. */
export const gradientOf =
  (f: (xs: tf.Tensor[]) => tf.Tensor, seed = 7) =>
  (xs: tf.Tensor[]): tf.Tensor =>
    gradients(() => f(xs), xs)
      .map((g, i) => tf.sum(tf.mul(g, tensor(noise(g.size, seed, i), g.shape))))
      .reduce((a, b) => tf.add(a, b))
