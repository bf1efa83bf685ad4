import type * as tf from '@tensorflow/tfjs-core'
import { type KernelDefinition, runKernel } from '../kernels/index.js'

const copy: KernelDefinition = {
  name: 'EbbflowBarrier',
  compute: ([x]) => ({ values: (x!.values as Float32Array).slice(), shape: x!.shape }),
  gradient: ({ dys: [dy] }) => [() => dy!],
}

/**
 * A copy of x that no compiler takes for x: what is computed of it is computed anew, though the same was computed of x before. Rules that
 * recompute in order to save memory start from it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { barrier, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = barrier(tf.tensor1d([1, 2])) // [1, 2]
 * ```
 */
export const barrier = (x: tf.Tensor): tf.Tensor => runKernel(copy, [x])
