import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { activated, vector } from '../fused.js'
import { type BackendWasm, scratch } from '../heap.js'
import { withPacked } from '../packed.js'
import { sizesOf, transposed } from '../product.js'

/**
 * The backend's own leaves out bias and activation where a side is transposed or there is a batch, refuses a bias of rank 2, and
 * turns NaN into 0 under relu.
 */
export const fusedMatMul: Mend<BackendWasm> = {
  kernel: '_FusedMatMul',
  mend:
    (original) =>
    ({ inputs, attrs, backend }) => {
      const { a, b, bias, preluActivationWeights: slope } = inputs
      const flags = { transposeA: attrs.transposeA === true, transposeB: attrs.transposeB === true }
      const { batch, k, m, n } = sizesOf(a!.shape, b!.shape, flags)
      const plain = a!.shape.length === 3 && b!.shape.length === 3 && batch[0] === 1 && m * k * n > 0
      const row = bias && bias.shape.at(-1) === n && bias.shape.slice(0, -1).every((size) => size === 1)
      return scratch(backend, (run) => {
        if (!plain || !row) {
          const product = run('BatchMatMul', { a: a!, b: b! }, flags)
          const sum = bias ? run('Add', { a: product, b: bias }) : product
          return activated(run, sum, attrs, slope)
        }
        const left = flags.transposeA ? transposed(run, a!) : a!
        const right = flags.transposeB ? transposed(run, b!) : b!
        const offset = vector(backend, bias)
        const flat = { ...attrs, transposeA: false, transposeB: false, activation: 'linear' }
        const linear = withPacked(
          backend,
          right,
          (b) => original({ inputs: { a: left, b, bias: offset }, attrs: flat, backend }) as TensorInfo,
        )
        backend.disposeData(offset.dataId)
        const out = activated(run, linear, attrs, slope)
        if (out !== linear) backend.disposeData(linear.dataId)
        return out
      })
    },
}
