import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** Padding goes again. */
export const padV2 = linear<{ paddings: [number, number][] }>('PadV2', (dy, { paddings }) =>
  tf.slice(
    dy,
    paddings.map(([before]) => before),
    paddings.map(([before, after], i) => dy.shape[i]! - before - after),
  ),
)
