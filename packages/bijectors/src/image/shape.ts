import { check, type Shape, showShape, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number]

/** Throws an `argument` error unless `shape` is that of an image. */
export function checkImage(shape: Shape): ImageShape {
  check(shape.length === 3 && shape.every((n) => Number.isInteger(n) && n >= 1), 'an image is a shape of three sizes', {
    expected: '[height, width, channels]',
    received: showShape(shape),
  })
  return [shape[0]!, shape[1]!, shape[2]!]
}

/** Throws an `argument` error unless `size` is that of a square kernel with a centre. */
export function checkKernel(size: number): void {
  check(Number.isInteger(size) && size >= 1 && size % 2 === 1, 'a kernel must have a centre', {
    expected: 'an odd size',
    received: `${size}`,
  })
}

/** `[...batch, h, w, c]` as `[rows, h, w, c]`, which convolutions take. */
export function asImages(x: tf.Tensor): tf.Tensor4D {
  if (x.rank === 4) return x as tf.Tensor4D
  const [h, w, c] = x.shape.slice(-3) as [number, number, number]
  return tf.reshape(x, [sizeOf(x.shape.slice(0, -3)), h, w, c])
}

/** `[rows, h, w, c]` with the batch axes of x in place of the rows. */
export const fromImages = (images: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  x.rank === 4 ? images : tf.reshape(images, [...x.shape.slice(0, -3), ...images.shape.slice(1)])
