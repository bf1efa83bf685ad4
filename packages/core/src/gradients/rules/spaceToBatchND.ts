import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** The blocks are put back together and the padding goes. */
export const spaceToBatchND = linear<{ blockShape: number[]; paddings: number[][] }>(
  'SpaceToBatchND',
  (dy, { blockShape, paddings }) => tf.batchToSpaceND(dy, blockShape, paddings),
)
