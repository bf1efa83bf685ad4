import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** What was cropped takes zero, and the blocks are taken apart again. */
export const batchToSpaceND = linear<{ blockShape: number[]; crops: number[][] }>(
  'BatchToSpaceND',
  (dy, { blockShape, crops }) => tf.spaceToBatchND(dy, blockShape, crops),
)
