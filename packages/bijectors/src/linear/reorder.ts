import { customRule } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** The order that undoes `order`. */
export function inverseOrder(order: readonly number[]): number[] {
  const back: number[] = []
  for (const [to, from] of order.entries()) back[from] = to
  return back
}

/** Gathers the last axis; its gradient gathers by the inverse order, where the general one would scatter. */
export function reorder(x: tf.Tensor, order: readonly number[], back: readonly number[]): tf.Tensor {
  return customRule(
    ([input]) => tf.gather(input!, tf.tensor1d([...order], 'int32'), x.rank - 1),
    ({ dy }) => [reorder(dy, back, order)],
  )([x])
}
