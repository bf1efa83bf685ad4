import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'

const KEY = Symbol.for('@ebbflow/tfjs-core')

/** Throws when the process holds two copies of tfjs-core: they share an engine, but not their classes. */
export function refuseSecondEngine(): void {
  const shared = globalThis as unknown as Record<symbol, unknown>
  shared[KEY] ??= tf.Tensor
  // the engine makes tensors of the class that came with it, which is the first copy's
  const made = tf.tidy(() => Object.getPrototypeOf(tf.engine().makeTensor(new Float32Array(1), [1], 'float32')))
  if (shared[KEY] !== tf.Tensor || made !== tf.Tensor.prototype)
    throw new EbbflowError('duplicate-engine', 'two copies of @tensorflow/tfjs-core are loaded', {
      expected: 'one copy (npm ls @tensorflow/tfjs-core shows them, npm dedupe may merge them)',
    })
}
