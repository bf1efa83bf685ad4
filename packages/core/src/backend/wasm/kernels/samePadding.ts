import { backend_util, type FusedConv2DAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { type BackendWasm, scratch } from '../heap.js'

/** The backend's own pad by what one axis needs where strides leave another without padding; here zeros are written around the image. */
const padding = (kernel: string): Mend<BackendWasm> => ({
  kernel,
  mend: (original) => (call) => {
    const { x, filter } = call.inputs
    const { strides, pad, dilations, dimRoundingMode } = call.attrs as unknown as FusedConv2DAttrs
    const longest = Array.isArray(strides) ? Math.max(...strides) : strides
    if (pad !== 'same' || longest === 1) return original(call)
    const { padInfo } = backend_util.computeConv2DInfo(
      x!.shape as [number, number, number, number],
      filter!.shape as [number, number, number, number],
      strides,
      dilations ?? [1, 1],
      pad,
      dimRoundingMode,
      kernel.includes('Depthwise'),
    )
    const paddings = [
      [0, 0],
      [padInfo.top, padInfo.bottom],
      [padInfo.left, padInfo.right],
      [0, 0],
    ]
    return scratch(call.backend, (run) => {
      const padded = run('PadV2', { x: x! }, { paddings, constantValue: 0 })
      const inputs = { ...call.inputs, x: padded }
      return original({ ...call, inputs, attrs: { ...call.attrs, pad: 'valid' } }) as TensorInfo
    })
  },
})

export const samePadding: readonly Mend<BackendWasm>[] = [
  padding('Conv2D'),
  padding('FusedConv2D'),
  padding('DepthwiseConv2dNative'),
  padding('FusedDepthwiseConv2D'),
]
