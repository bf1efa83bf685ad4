import type * as tf from '@tensorflow/tfjs-core'
import type { CondOptions } from './cond.js'
import type { Iterated, IterateOptions } from './iterate.js'

/**
 * What stands in for the only two constructs whose course depends on data, while a program is recorded: a hook sees the functions and
 * the inputs, and may run the construct itself.
 */
export interface LoopHooks {
  iterate?(options: IterateOptions, run: (options: IterateOptions) => Iterated): Iterated
  cond?(options: CondOptions, run: (options: CondOptions) => tf.Tensor): tf.Tensor
}

let hooks: LoopHooks = {}

/** Runs `body` with hooks in place of {@link iterate} and {@link cond}; every solver is made of these. */
export function withLoopHooks<T>(these: LoopHooks, body: () => T): T {
  const before = hooks
  hooks = these
  try {
    return body()
  } finally {
    hooks = before
  }
}

/** The hooks in force. */
export const loopHooks = (): LoopHooks => hooks
