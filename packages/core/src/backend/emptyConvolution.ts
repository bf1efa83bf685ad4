import type { KernelBackend } from '@tensorflow/tfjs-core'
import { convolutionInfo } from './convolutionInfo.js'
import type { Mend } from './mend.js'

/** Convolutions whose result has no elements: WASM's write to the heap all the same, TensorFlow's return the shape of the input. */
export const emptyConvolutionMends = <B extends KernelBackend>(): Mend<B>[] =>
  (['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'] as const).map((kernel) => ({
    kernel,
    mend: (original) => (call) => {
      const shape = convolutionInfo(kernel, call).outShape.map((size) => Math.max(0, size))
      if (!shape.includes(0)) return original(call)
      return { dataId: call.backend.write(new Float32Array(0), shape, 'float32'), shape, dtype: 'float32' }
    },
  }))
