import * as tf from '@tensorflow/tfjs-core'

/** The gradient of what was split is the concatenation of the parts' gradients; one part is no array. */
export const splitV: tf.GradConfig = {
  kernelName: 'SplitV',
  inputsToSave: [],
  gradFunc: (dys, _, attrs) => ({
    x: () => tf.concat(Array.isArray(dys) ? dys : [dys], (attrs as unknown as { axis: number }).axis),
  }),
}
