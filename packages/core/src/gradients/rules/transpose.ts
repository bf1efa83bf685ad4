import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** The axes go back to where they were. */
export const transpose = linear<{ perm: number[] }>('Transpose', (dy, { perm }) =>
  tf.transpose(
    dy,
    perm.map((_, i) => perm.indexOf(i)),
  ),
)
