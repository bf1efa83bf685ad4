import * as tf from '@tensorflow/tfjs-core'
import { check } from '../errors.js'
import { sizeOf } from '../shape.js'
import { type Branch, type CondOptions, loopHooks } from './loops.js'

/**
 * `ifTrue(...inputs)` where the one element of `predicate` is not zero, else `ifFalse(...inputs)`: the other branch is not evaluated. The
 * gradient is that of the branch taken; the predicate has none. To choose row by row, `tf.where` takes both.
 *
 * @throws EbbflowError `argument` when the predicate has not exactly one element.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { cond, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = tensor([4])
 * const y = cond(tf.greater(tf.sum(x), 0), (x) => tf.sqrt(x!), (x) => tf.neg(x!), [x]) // [2]
 * ```
 */
export function cond(predicate: tf.Tensor, ifTrue: Branch, ifFalse: Branch, inputs: tf.Tensor[] = []): tf.Tensor {
  check(sizeOf(predicate.shape) === 1, 'a predicate has one element', { received: `${predicate.size}` })
  const hook = loopHooks().cond
  const options = { predicate, ifTrue, ifFalse, inputs }
  return hook ? hook(options, run) : run(options)
}

function run({ predicate, ifTrue, ifFalse, inputs }: CondOptions): tf.Tensor {
  return tf.tidy(() => {
    const out = (predicate.dataSync()[0] ? ifTrue : ifFalse)(...inputs)
    return inputs.includes(out) ? tf.clone(out) : out
  })
}
