import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import * as tf from '@tensorflow/tfjs-core'
import { serve } from './serve.js'
import type { Work } from './works.js'

// RealNVP as a user of tfjs would write it, with tfjs's own gradients and optimiser
const LAYERS = 8
const WIDTH = 64

interface Coupling {
  readonly kernels: readonly tf.Variable<tf.Rank.R2>[]
  readonly biases: readonly tf.Variable<tf.Rank.R1>[]
}

const couplings = (): Coupling[] =>
  Array.from({ length: LAYERS }, () => {
    const widths = [1, WIDTH, WIDTH, 2]
    return {
      kernels: widths.slice(1).map((n, i) => tf.variable(tf.randomNormal([widths[i]!, n], 0, 0.1) as tf.Tensor2D)),
      biases: widths.slice(1).map((n) => tf.variable(tf.zeros([n]) as tf.Tensor1D)),
    }
  })

function conditioner({ kernels, biases }: Coupling, x: tf.Tensor2D): tf.Tensor2D {
  return kernels.reduce((h, kernel, i) => {
    const linear = tf.add(tf.matMul(h, kernel), biases[i]!) as tf.Tensor2D
    return i < kernels.length - 1 ? tf.relu(linear) : linear
  }, x)
}

/** log p(x): data to noise, last coupling first. */
function logProb(layers: readonly Coupling[], x: tf.Tensor2D): tf.Tensor1D {
  let [first, second] = tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  let logDet = tf.zeros([x.shape[0]]) as tf.Tensor1D
  for (const layer of layers) {
    const [shift, raw] = tf.split(conditioner(layer, first), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
    const logScale = tf.mul(tf.tanh(tf.div(raw, 3)), 3) as tf.Tensor2D
    const mapped = tf.mul(tf.sub(second, shift), tf.exp(tf.neg(logScale))) as tf.Tensor2D
    logDet = tf.sub(logDet, tf.sum(logScale, 1))
    ;[first, second] = [mapped, first]
  }
  const square = tf.add(tf.sum(tf.square(first), 1), tf.sum(tf.square(second), 1))
  return tf.add(tf.sub(tf.mul(square, -0.5), Math.log(2 * Math.PI)), logDet) as tf.Tensor1D
}

/** Samples: noise to data. */
function sample(layers: readonly Coupling[], z: tf.Tensor2D): tf.Tensor {
  let [first, second] = tf.split(z, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  for (const layer of layers.toReversed()) {
    ;[first, second] = [second, first]
    const [shift, raw] = tf.split(conditioner(layer, first), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
    const logScale = tf.mul(tf.tanh(tf.div(raw, 3)), 3)
    second = tf.add(tf.mul(second, tf.exp(logScale)), shift) as tf.Tensor2D
  }
  return tf.concat([first, second], 1)
}

await tf.setBackend('wasm')
await serve(({ flow, kind, rows, dimensions }: Work) => {
  if (flow !== 'realnvp' || kind === 'compile') return undefined
  const layers = couplings()
  const x = tf.randomNormal([rows, dimensions]) as tf.Tensor2D
  const reading = (f: () => tf.Tensor) => () => tf.tidy(() => void f().dataSync())
  if (kind === 'logProb') return reading(() => logProb(layers, x))
  if (kind === 'sample') return reading(() => sample(layers, x))
  const optimiser = tf.train.adam(1e-4)
  return () => optimiser.minimize(() => tf.neg(tf.mean(logProb(layers, x))) as tf.Scalar)
})
