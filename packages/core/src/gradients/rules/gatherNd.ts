import * as tf from '@tensorflow/tfjs-core'
import { rule, zeros } from '../rule.js'

/** Each gathered entry gives its gradient back to where it came from. */
export const gatherNd = rule('GatherNd', ['params', 'indices'], (dy, [params, indices]) => ({
  params: () => tf.scatterND(indices as tf.Tensor, dy, params!.shape),
  indices: () => zeros(indices!.shape),
}))
