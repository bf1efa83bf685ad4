import { type Call, check, EbbflowError, showShape } from '@ebbflow/core'
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
