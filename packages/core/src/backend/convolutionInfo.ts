import { backend_util, type FusedConv2DAttrs } from '@tensorflow/tfjs-core'
import type { KernelCall } from './mend.js'

type Shape4D = [number, number, number, number]

/** The sizes of a convolution that a kernel is called for. */
export function convolutionInfo<B>(kernel: string, { inputs, attrs }: KernelCall<B>): backend_util.Conv2DInfo {
  const { strides, pad, dilations, dimRoundingMode } = attrs as unknown as FusedConv2DAttrs
  return backend_util.computeConv2DInfo(
    inputs.x!.shape as Shape4D,
    inputs.filter!.shape as Shape4D,
    strides,
    dilations ?? [1, 1],
    pad,
    dimRoundingMode,
    kernel.includes('Depthwise'),
  )
}
