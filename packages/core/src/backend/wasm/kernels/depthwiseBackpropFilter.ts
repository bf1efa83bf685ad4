import type { Mend } from '../../mend.js'
import { type DepthwiseAttrs, depthwiseInfo, eachTap } from '../depthwise.js'
import { type BackendWasm, views } from '../heap.js'
import { zeros } from '../product.js'

/** The gradient of a depthwise convolution with respect to its filter; the backend lacks it. */
export const depthwiseBackpropFilter: Mend<BackendWasm> = {
  kernel: 'DepthwiseConv2dNativeBackpropFilter',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs
      const shape = attrs.filterShape as number[]
      const info = depthwiseInfo(x!.shape, shape, attrs as unknown as DepthwiseAttrs)
      const multiplier = shape[3]!
      const out = zeros(backend, shape)
      const [from, slope, to] = views(backend, x!, dy!, out)
      eachTap(info, (pixel, weights, output) => {
        for (let c = 0, k = 0; c < info.inChannels; c++) {
          const v = from![pixel + c]!
          for (let m = 0; m < multiplier; m++, k++) to![weights + k]! += v * slope![output + k]!
        }
      })
      return out
    },
}
