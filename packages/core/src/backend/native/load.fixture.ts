import * as tf from '@tensorflow/tfjs-core'
import { currentBackend, loadBackend, useBackend } from '../../index.js'

// a rule of the program's own, for a kernel for which we have none
const own: tf.GradConfig = { kernelName: 'Dilation2D', gradFunc: () => ({}) }
tf.registerGradient(own)
await useBackend('wasm')
const x = tf.tensor1d([3, 4])
await loadBackend('native')
process.stdout.write(
  JSON.stringify({
    current: currentBackend(),
    values: [...tf.square(x).dataSync()],
    own: tf.getGradient('Dilation2D') === own,
    // tfjs's union, which tfjs-node imports, has a rule for this kernel
    foreign: tf.getGradient('LRN') !== undefined,
  }),
)
