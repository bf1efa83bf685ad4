import { constant, type KernelDefinition, runKernel, tensor, vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Sizes } from './program.js'
import { substitute } from './substitute.js'
import { maskOf, type Sees } from './taps.js'

const MASKED_SOLVE: KernelDefinition<{ sees: Sees }> = {
  name: 'EbbflowMaskedConvolutionSolve',
  compute: ([kernel, y], { sees }) => ({
    values: substitute(kernel!.values, y!.values, y!.shape as unknown as Sizes, kernel!.shape[0]!, sees),
    shape: y!.shape,
  }),
  // with Aₖ x = y: ȳ = Aₖ⁻ᵀ x̄, and k̄ is minus that of the convolution at x
  gradient: ({ dys: [dy], inputs: [kernel, y], attrs: { sees } }) => {
    const dRight = solveTransposed(kernel!, dy!, sees)
    return [
      () => {
        const x = maskedSolve(kernel!, y!, sees)
        const { gradients } = vjp(() => maskedConvolution(kernel!, x), [kernel!], dRight)
        const { shape } = kernel!
        const [size, c] = [shape[0]!, shape[3]!]
        const mask = tensor(maskOf(size, c, sees), shape)
        return tf.neg(tf.mul(gradients[0]!, tf.add(mask, diagonalKernel(constant(1, [c]), size))))
      },
      () => dRight,
    ]
  },
}

/** kernel ⋆ x for x `[rows, h, w, c]` and a kernel `[size, size, c, c]`, with zero padding. */
export const maskedConvolution = (kernel: tf.Tensor, x: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same')

/** The x with kernel ⋆ x = y, for a kernel that is masked as `sees` says; its gradient is by the transposed solve. */
export const maskedSolve = (kernel: tf.Tensor, y: tf.Tensor, sees: Sees): tf.Tensor =>
  runKernel(MASKED_SOLVE, [kernel, y], { sees })

/** The transposed convolution is that of the kernel turned by 180° with its channels exchanged, and sees the other way. */
const solveTransposed = (kernel: tf.Tensor, y: tf.Tensor, sees: Sees): tf.Tensor =>
  maskedSolve(turned(kernel), y, sees === 'before' ? 'after' : 'before')

const turned = (kernel: tf.Tensor): tf.Tensor => tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2])

/** A kernel `[size, size, c, c]` that multiplies channel i by `diagonal[i]`. */
export function diagonalKernel(diagonal: tf.Tensor, size: number): tf.Tensor {
  const c = diagonal.shape[0]!
  const half = (size - 1) / 2
  const identity = new Float64Array(size * size * c * c)
  for (let i = 0; i < c; i++) identity[((half * size + half) * c + i) * c + i] = 1
  return tf.mul(tensor(identity, [size, size, c, c]), diagonal)
}
