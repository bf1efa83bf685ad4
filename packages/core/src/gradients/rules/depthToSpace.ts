import * as tf from '@tensorflow/tfjs-core'
import { linear } from '../rule.js'

/** The blocks of pixels become channels again. */
export const depthToSpace = linear<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
  'DepthToSpace',
  (dy, { blockSize: s, dataFormat }) => {
    const [batch, ...rest] = dy.shape as [number, number, number, number]
    if (dataFormat === 'NHWC') {
      const [h, w, c] = rest
      const blocks = tf.reshape(dy, [batch, h / s, s, w / s, s, c])
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, h / s, w / s, s * s * c])
    }
    const [c, h, w] = rest
    const blocks = tf.reshape(dy, [batch, c, h / s, s, w / s, s])
    return tf.reshape(tf.transpose(blocks, [0, 3, 5, 1, 2, 4]), [batch, s * s * c, h / s, w / s])
  },
)
