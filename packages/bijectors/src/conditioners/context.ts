import { type Call, check, constant, EbbflowError, expectShape, type Shape, showShape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/**
 * x with the call's context joined to its last axis; the context, `[...batch, C]`, is broadcast over the batch of x.
 *
 * @throws EbbflowError `argument` when the layer wants a context and there is none, or the other way round, or one of another size.
 */
export function withContext(x: tf.Tensor, size: number, call: Call): tf.Tensor {
  const { context } = call
  if (size === 0) return x
  check(context, 'this layer is conditional', { expected: `a context of shape [...batch, ${size}]`, received: 'none' })
  if (context.shape.at(-1) !== size)
    throw new EbbflowError('shape', 'wrong context size', {
      expected: `[...batch, ${size}]`,
      received: showShape(context.shape),
    })
  const target = [...x.shape.slice(0, -1), size]
  const same = context.rank === target.length && context.shape.every((n, i) => n === target[i])
  const spread = same ? context : tf.broadcastTo(context, target)
  return x.shape.at(-1) === 0 ? spread : tf.concat([x, spread], -1)
}

/**
 * The call's context as channels of the images x, `[...batch, h, w, C]`: one of the rank of x is an image already; a vector, `[...batch, C]`, becomes
 * constant channels. Undefined for a size of 0.
 *
 * @throws EbbflowError `argument` when there is none, `shape` for one of another size or height and width.
 */
export function imageContext(x: tf.Tensor, [h, w]: Shape, size: number, { context }: Call): tf.Tensor | undefined {
  if (size === 0) return undefined
  check(context, 'this layer is conditional', { expected: `a context of shape [...batch, ${size}]`, received: 'none' })
  const image = context.rank === x.rank
  expectShape(context.shape.slice(image ? -3 : -1), image ? [h!, w!, size] : [size], 'context size')
  const spread = image ? context : tf.reshape(context, [...context.shape.slice(0, -1), 1, 1, size])
  return tf.add(spread, constant(0, [...x.shape.slice(0, -1), size]))
}
