import { backend_util, type Conv2DBackpropInputAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import type { Mend } from '../../mend.js'
import { type BackendWasm, scratch } from '../heap.js'

type Shape4D = [number, number, number, number]

/**
 * The backend's own is right but ten times slower than the convolution. With strides of 1 the gradient is itself a convolution, of dy with
 * the filter turned round and its channels exchanged.
 */
export const conv2dBackpropInput: Mend<BackendWasm> = {
  kernel: 'Conv2DBackpropInput',
  mend: (original) => (call) => {
    const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo }
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = call.attrs as unknown as Conv2DBackpropInputAttrs
    const plain = [strides].flat().every((stride) => stride === 1) && dataFormat === 'NHWC'
    if (!plain || sizeOf(dy.shape) * sizeOf(inputShape) === 0) return original(call)
    const info = backend_util.computeConv2DInfo(inputShape, filter.shape as Shape4D, 1, 1, pad, dimRoundingMode)
    const { filterHeight, filterWidth, padInfo } = info
    const paddings: backend_util.ExplicitPadding = [
      [0, 0],
      [filterHeight - 1 - padInfo.top, filterHeight - 1 - padInfo.bottom],
      [filterWidth - 1 - padInfo.left, filterWidth - 1 - padInfo.right],
      [0, 0],
    ]
    // a padding wider than the filter would have to be cut off
    if (paddings.some(([before, after]) => before < 0 || after < 0)) return original(call)
    return scratch(call.backend, (run) => {
      const turned = sizeOf([filterHeight, filterWidth]) > 1 ? run('Reverse', { x: filter }, { dims: [0, 1] }) : filter
      const exchanged = run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] })
      return run(
        'Conv2D',
        { x: dy, filter: exchanged },
        { strides: 1, pad: paddings, dataFormat: 'NHWC', dilations: 1 },
      )
    })
  },
}
