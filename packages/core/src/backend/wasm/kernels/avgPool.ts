import { type AvgPoolAttrs, backend_util } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'

/** The backend's own turns NaN into −∞. */
export const avgPool: Mend<BackendWasm> = {
  kernel: 'AvgPool',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const x = inputs.x!
      const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as AvgPoolAttrs
      const shape = x.shape as [number, number, number, number]
      const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
      const { inHeight, inWidth, outHeight, outWidth, inChannels, padInfo, strideHeight, strideWidth } = info
      const out = backend.makeOutput(info.outShape, 'float32')
      const [from, to] = views(backend, x, out)
      to!.fill(0)
      let o = 0
      for (let b = 0; b < info.batchSize; b++)
        for (let r = 0; r < outHeight; r++)
          for (let q = 0; q < outWidth; q++, o += inChannels) {
            const top = r * strideHeight - padInfo.top
            const left = q * strideWidth - padInfo.left
            let count = 0
            for (let y = Math.max(0, top); y < Math.min(inHeight, top + info.effectiveFilterHeight); y++)
              for (let z = Math.max(0, left); z < Math.min(inWidth, left + info.effectiveFilterWidth); z++, count++) {
                const pixel = ((b * inHeight + y) * inWidth + z) * inChannels
                for (let c = 0; c < inChannels; c++) to![o + c]! += from![pixel + c]!
              }
            for (let c = 0; c < inChannels; c++) to![o + c]! /= count
          }
      return out
    },
}
