import type * as tf from '@tensorflow/tfjs-core'
import { customRule } from '../gradients/index.js'

/** What a solver's gradient rule is given. */
export interface SolvedArguments {
  dy: tf.Tensor
  /** The solution as a function of the inputs: its value is known, its derivatives are by this same rule. */
  solution: tf.Tensor
  inputs: tf.Tensor[]
}

/**
 * Gives a solution that was found off the tape the derivatives of the equation it solves. The rule sees the solution attached in turn,
 * so that derivatives of any order are right, and nothing is solved twice.
 */
export function attach(
  solution: tf.Tensor,
  inputs: tf.Tensor[],
  rule: (args: SolvedArguments) => (tf.Tensor | null)[],
): tf.Tensor {
  const run: (inputs: tf.Tensor[]) => tf.Tensor = customRule(
    ([value]) => value!,
    ({ dy, inputs: [value, ...rest] }) => [null, ...rule({ dy, solution: run([value!, ...rest]), inputs: rest })],
  )
  return run([solution, ...inputs])
}
