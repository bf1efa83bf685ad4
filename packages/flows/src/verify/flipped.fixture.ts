import { Affine } from '@ebbflow/bijectors'
import type { Mapped } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** An affine map with the log-determinant of the wrong sign, both ways. */
export class Flipped extends Affine {
  protected override forwardRule(x: tf.Tensor): Mapped {
    const { value, logDet } = super.forwardRule(x)
    return { value, logDet: tf.neg(logDet) }
  }
  protected override inverseRule(y: tf.Tensor): Mapped {
    const { value, logDet } = super.inverseRule(y)
    return { value, logDet: tf.neg(logDet) }
  }
}
