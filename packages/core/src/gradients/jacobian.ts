import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { type Shape, sameShape, showShape, sizeOf, splitShape } from '../shape.js'
import { vjp } from './engine.js'
import { untaped } from './tape.js'

/**
 * The Jacobian ∂f(x)ᵢ/∂xⱼ of a function that maps each event of `[...batch, ...event]` by itself, of shape `[...batch, m, n]` with the
 * events flattened. All m rows come from one backward pass over a batch tiled m times, so `f` must take any number of batch axes in
 * front. Differentiable itself.
 *
 * @param eventRank how many of the last axes are one event's, of x and of f(x) after the same batch axes.
 * @throws EbbflowError `shape` when x has too few axes or f does not treat the leading axes as a batch.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { jacobian, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * jacobian((x) => tf.square(x), tf.tensor1d([1, 2])) // [[2, 0], [0, 4]]
 * ```
 */
export function jacobian(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, eventRank = 1): tf.Tensor {
  return tf.tidy(() => {
    const { batch, event } = splitShape(x.shape, eventRank)
    const outShape = untaped(() => f(x)).shape
    if (!sameShape(outShape.slice(0, batch.length), batch)) throw notBatched([...batch, '…'].join(', '), outShape)
    const out = outShape.slice(batch.length)
    const m = sizeOf(out)
    const tiled = tf.add(tf.fill([m, ...x.shape], 0), x)
    const rows = tf.reshape(tf.eye(m), [m, ...batch.map(() => 1), ...out])
    const seeds = tf.add(tf.fill([m, ...outShape], 0), rows)
    const run = (): tf.Tensor => {
      const y = f(tiled)
      if (!sameShape(y.shape, seeds.shape)) throw notBatched(seeds.shape.join(', '), y.shape)
      return y
    }
    const pulled = vjp(run, [tiled], seeds).gradients[0]!
    const flat = tf.reshape(pulled, [m, sizeOf(batch), sizeOf(event)])
    return tf.reshape(tf.transpose(flat, [1, 0, 2]), [...batch, m, sizeOf(event)])
  })
}

function notBatched(expected: string, received: Shape): EbbflowError {
  return new EbbflowError('shape', 'jacobian() needs a function that takes leading axes as a batch', {
    expected: `a value of shape [${expected}]`,
    received: showShape(received),
  })
}
