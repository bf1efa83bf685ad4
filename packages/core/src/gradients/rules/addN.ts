import type * as tf from '@tensorflow/tfjs-core'
import { view } from '../rule.js'

/** d Σᵢ aᵢ = Σᵢ daᵢ */
export const addN: tf.GradConfig = {
  kernelName: 'AddN',
  saveAllInputs: true,
  gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => view(dy as tf.Tensor)])),
}
