import type { TensorInfo } from '@tensorflow/tfjs-core'
import { convolutionInfo } from '../../convolutionInfo.js'
import type { Mend } from '../../mend.js'
import { type BackendWasm, scratch } from '../heap.js'

/** The backend's own pad by what one axis needs where strides leave another without padding; here zeros are written around the image. */
const padding = (kernel: string): Mend<BackendWasm> => ({
  kernel,
  mend: (original) => (call) => {
    const { padInfo, strideHeight, strideWidth } = convolutionInfo(kernel, call)
    if (call.attrs.pad !== 'same' || Math.max(strideHeight, strideWidth) === 1) return original(call)
    const paddings = [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]
    return scratch(call.backend, (run) => {
      const x = run('PadV2', { x: call.inputs.x! }, { paddings, constantValue: 0 })
      return original({ ...call, inputs: { ...call.inputs, x }, attrs: { ...call.attrs, pad: 'valid' } }) as TensorInfo
    })
  },
})

export const samePadding: readonly Mend<BackendWasm>[] = [
  padding('Conv2D'),
  padding('FusedConv2D'),
  padding('DepthwiseConv2dNative'),
  padding('FusedDepthwiseConv2D'),
]
