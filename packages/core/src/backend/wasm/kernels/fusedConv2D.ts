import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { activated, vector } from '../fused.js'
import { type BackendWasm, scratch } from '../heap.js'

const fused = (kernel: string): Mend<BackendWasm> => ({
  kernel,
  mend:
    (original) =>
    ({ inputs, attrs, backend }) => {
      const { bias, preluActivationWeights: slope, ...rest } = inputs
      return scratch(backend, (run) => {
        const offset = bias && vector(backend, bias)
        const linear = original({
          inputs: offset ? { ...rest, bias: offset } : rest,
          attrs: { ...attrs, activation: 'linear' },
          backend,
        }) as TensorInfo
        if (offset) backend.disposeData(offset.dataId)
        const out = activated(run, linear, attrs, slope)
        if (out !== linear) backend.disposeData(linear.dataId)
        return out
      })
    },
})

/** The backend's own turn NaN into 0 where they clamp, and refuse a bias that was reshaped to a vector. */
export const fusedConvolutions: readonly Mend<BackendWasm>[] = [fused('FusedConv2D'), fused('FusedDepthwiseConv2D')]
