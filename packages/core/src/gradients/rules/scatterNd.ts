import * as tf from '@tensorflow/tfjs-core'
import { rule, zeros } from '../rule.js'

/** Each update takes the gradient of the entry it was added to. */
export const scatterNd = rule('ScatterNd', ['indices'], (dy, [indices]) => ({
  updates: () => tf.gatherND(dy, indices!),
  indices: () => zeros(indices!.shape),
}))
