import '@tensorflow/tfjs-backend-wasm'
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import * as tf from '@tensorflow/tfjs-core'
import { DATA_SEED, mean, meanSquare, normals, realNVPParameter, WIDTHS } from './numbers.js'
import { type Ready, serve } from './serve.js'

// RealNVP as a user of tfjs would write it, with tfjs's own gradients and optimiser
interface Coupling {
  readonly kernels: readonly tf.Variable<tf.Rank.R2>[]
  readonly biases: readonly tf.Variable<tf.Rank.R1>[]
}

const couplings = (count: number): Coupling[] =>
  Array.from({ length: count }, (_, c) => {
    const layers = WIDTHS.slice(1).map((width, i) => ({ shape: [WIDTHS[i]!, width] as [number, number], i }))
    return {
      kernels: layers.map(({ shape, i }) => tf.variable(tf.tensor2d(realNVPParameter(c, i, 'kernel'), shape))),
      biases: layers.map(({ i }) => tf.variable(tf.tensor1d(realNVPParameter(c, i, 'bias')))),
    }
  })

function conditioner({ kernels, biases }: Coupling, x: tf.Tensor2D): tf.Tensor2D {
  return kernels.reduce((h, kernel, i) => {
    const linear = tf.add(tf.matMul(h, kernel), biases[i]!) as tf.Tensor2D
    return i < kernels.length - 1 ? tf.relu(linear) : linear
  }, x)
}

function shiftAndLogScale(layer: Coupling, x: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  const [shift, raw] = tf.split(conditioner(layer, x), 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  return [shift, tf.mul(tf.tanh(tf.div(raw, 3)), 3) as tf.Tensor2D]
}

/** log p(x): data to noise, with the two values changing places between couplings. */
function logProb(layers: readonly Coupling[], x: tf.Tensor2D): tf.Tensor1D {
  let [first, second] = tf.split(x, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  let logDet = tf.zeros([x.shape[0]]) as tf.Tensor1D
  for (const [i, layer] of layers.entries()) {
    if (i > 0) [first, second] = [second, first]
    const [shift, logScale] = shiftAndLogScale(layer, first)
    second = tf.mul(tf.sub(second, shift), tf.exp(tf.neg(logScale)))
    logDet = tf.sub(logDet, tf.sum(logScale, 1))
  }
  const square = tf.add(tf.sum(tf.square(first), 1), tf.sum(tf.square(second), 1))
  return tf.add(tf.sub(tf.mul(square, -0.5), Math.log(2 * Math.PI)), logDet) as tf.Tensor1D
}

/** Noise to data. */
function sample(layers: readonly Coupling[], z: tf.Tensor2D): tf.Tensor {
  let [first, second] = tf.split(z, 2, 1) as [tf.Tensor2D, tf.Tensor2D]
  for (const [i, layer] of layers.toReversed().entries()) {
    if (i > 0) [first, second] = [second, first]
    const [shift, logScale] = shiftAndLogScale(layer, first)
    second = tf.add(tf.mul(second, tf.exp(logScale)), shift)
  }
  return tf.concat([first, second], 1)
}

await tf.setBackend('wasm')
await serve(
  { versions: { '@tensorflow/tfjs-core': tf.version_core }, threads: 1 },
  ({ model, kind, rows, event, layers: count }) => {
    if (model !== 'realnvp' || event[0] !== 2) return undefined
    const layers = couplings(count)
    const x = tf.tensor2d(normals(DATA_SEED, 2 * rows), [rows, 2])
    const reading = (f: () => tf.Tensor, checked: (values: ArrayLike<number>) => number): Ready => {
      const once = () => {
        const result = tf.tidy(f)
        const values = result.dataSync()
        result.dispose()
        return values
      }
      return {
        check: checked(once()),
        run: () => {
          once()
          return undefined
        },
      }
    }
    if (kind === 'logProb') return reading(() => logProb(layers, x), mean)
    if (kind === 'sample') return reading(() => sample(layers, x), meanSquare)
    if (kind !== 'step') return undefined
    const optimiser = tf.train.adam(1e-4)
    const loss = () => tf.neg(tf.mean(logProb(layers, x))) as tf.Scalar
    const parameters = layers.flatMap(({ kernels, biases }) => [...kernels, ...biases])
    return {
      parameters: parameters.reduce((sum, { size }) => sum + size, 0),
      check: tf.tidy(() => loss().dataSync()[0]!),
      run: () => {
        const value = optimiser.minimize(loss, true)
        value?.dataSync()
        value?.dispose()
        return undefined
      },
    }
  },
  () => tf.memory().numTensors,
)
