import * as tf from '@tensorflow/tfjs-core'
import { rule, zeros } from '../rule.js'

/** Entries written over take no gradient, and give it to their updates (which must go to different places). */
export const tensorScatterUpdate = rule('TensorScatterUpdate', ['indices', 'updates'], (dy, [indices, updates]) => ({
  tensor: () => tf.tensorScatterUpdate(dy, indices!, zeros(updates!.shape)),
  indices: () => zeros(indices!.shape),
  updates: () => tf.gatherND(dy, indices!),
}))
