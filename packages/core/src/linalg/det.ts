import * as tf from '@tensorflow/tfjs-core'
import { vjp } from '../gradients/index.js'
import { type KernelDefinition, type KernelInput, type KernelOutput, runKernel } from '../kernels/index.js'
import { sizeOf } from '../shape.js'
import { doubles, squareShape } from './batch.js'
import { cofactors, cofactorsAlong } from './dense/cofactor.js'
import { factor } from './dense/lu.js'
import { inverse } from './inverse.js'
import { nativeDet } from './native.js'
import { matrixTranspose } from './transpose.js'

const scaled = (dy: tf.Tensor, a: tf.Tensor): tf.Tensor => tf.mul(tf.reshape(dy, [...dy.shape, 1, 1]), a)

/** A matrix for each matrix of a batch, or for each pair. */
function mapMatrices(
  inputs: KernelInput[],
  what: string,
  f: (n: number, ...matrices: Float64Array[]) => Float64Array,
): KernelOutput {
  const { shape } = inputs[0]!
  const { batch, n } = squareShape(shape, what)
  const out = new Float64Array(sizeOf(shape))
  for (let m = 0; m < sizeOf(batch); m++) out.set(f(n, ...inputs.map((input) => doubles(input, m, n * n))), m * n * n)
  return { values: out, shape }
}

const DET: KernelDefinition = {
  name: 'EbbflowDet',
  compute([a]) {
    const { batch, n } = squareShape(a!.shape, 'det')
    const out = new Float64Array(sizeOf(batch))
    for (let m = 0; m < out.length; m++) {
      const { lu, sign, singularAt } = factor(doubles(a!, m, n * n), n)
      let product = singularAt < 0 ? sign : 0
      for (let i = 0; i < n && singularAt < 0; i++) product *= lu[i * n + i]!
      out[m] = product
    }
    return { values: out, shape: batch }
  },
  native: nativeDet,
  gradient: ({ dys: [dy], inputs: [a] }) => [() => scaled(dy!, runKernel(COFACTORS, [a!]))],
}

const COFACTORS: KernelDefinition = {
  name: 'EbbflowCofactors',
  compute: (inputs) => mapMatrices(inputs, 'det', (n, a) => cofactors(a!, n)),
  // det's second derivative is symmetric
  gradient: ({ dys: [dy], inputs: [a] }) => [() => runKernel(COFACTORS_ALONG, [a!, dy!])],
}

const COFACTORS_ALONG: KernelDefinition = {
  name: 'EbbflowCofactorsAlong',
  compute: (inputs) => mapMatrices(inputs, 'det', (n, a, h) => cofactorsAlong(a!, h!, n)),
  gradient: ({ dys: [dy], inputs: [a, h] }) => [
    () => vjp(() => alongByInverse(a!, h!), [a!], dy!).gradients[0]!,
    () => runKernel(COFACTORS_ALONG, [a!, dy!]),
  ],
}

/** det A (tr(A⁻¹H) A⁻ᵀ − A⁻ᵀHᵀA⁻ᵀ), for third derivatives and beyond. */
function alongByInverse(a: tf.Tensor, h: tf.Tensor): tf.Tensor {
  const t = matrixTranspose(inverse(a))
  const trace = tf.sum(tf.mul(t, h), [-2, -1])
  return scaled(det(a), tf.sub(scaled(trace, t), tf.matMul(t, tf.matMul(h, t, true, false))))
}

/**
 * det A of square matrices `[...batch, n, n]`, by LU with partial pivoting. A pivot that is nothing but rounding error makes it 0.
 *
 * The gradient is the matrix of cofactors, and like the gradient's own gradient it is right for singular matrices too; the third
 * derivative needs an inverse. Where n is large, prefer {@link slogdet}: determinants over- and underflow.
 *
 * @throws EbbflowError `shape` when the matrices are not square.
 * @example
 * ```ts
 * import { det, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * det(tensor([[3, 2], [0, 2]])) // 6
 * ```
 */
export function det(a: tf.Tensor): tf.Tensor {
  squareShape(a.shape, 'det')
  return runKernel(DET, [a])
}
