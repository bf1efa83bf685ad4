import type { Mend } from '../../mend.js'
import { type DepthwiseAttrs, depthwiseInfo, eachTap } from '../depthwise.js'
import { type BackendWasm, views } from '../heap.js'
import { zeros } from '../product.js'

/** The gradient of a depthwise convolution with respect to its input; the backend lacks it. */
export const depthwiseBackpropInput: Mend<BackendWasm> = {
  kernel: 'DepthwiseConv2dNativeBackpropInput',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { dy, filter } = inputs
      const shape = attrs.inputShape as number[]
      const info = depthwiseInfo(shape, filter!.shape, attrs as unknown as DepthwiseAttrs)
      const multiplier = filter!.shape[3]!
      const out = zeros(backend, shape)
      const [slope, w, to] = views(backend, dy!, filter!, out)
      eachTap(info, (pixel, weights, output) => {
        for (let c = 0, k = 0; c < info.inChannels; c++) {
          let sum = 0
          for (let m = 0; m < multiplier; m++, k++) sum += slope![output + k]! * w![weights + k]!
          to![pixel + c]! += sum
        }
      })
      return out
    },
}
