import * as tf from '@tensorflow/tfjs-core'

/** d Σᵢ aᵢ = Σᵢ daᵢ */
export const addN: tf.GradConfig = {
  kernelName: 'AddN',
  saveAllInputs: true,
  gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy as tf.Tensor)])),
}
