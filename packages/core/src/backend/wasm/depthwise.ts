import { backend_util } from '@tensorflow/tfjs-core'

type Shape4D = [number, number, number, number]

/** What both gradients of a depthwise convolution are given. */
export interface DepthwiseAttrs {
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding
  readonly dilations?: [number, number] | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/** The sizes of a depthwise convolution. */
export function depthwiseInfo(x: readonly number[], filter: readonly number[], attrs: DepthwiseAttrs) {
  return backend_util.computeConv2DInfo(
    x as unknown as Shape4D,
    filter as unknown as Shape4D,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    true,
  )
}

/** Calls `visit` for each tap at each place of the output: where its pixel, its weights and its output begin. */
export function eachTap(
  info: backend_util.Conv2DInfo,
  visit: (pixel: number, weights: number, output: number) => void,
): void {
  const { batchSize, filterHeight, filterWidth, inChannels, inHeight, inWidth, outChannels, outHeight, outWidth } = info
  for (let b = 0; b < batchSize; b++)
    for (let r = 0; r < outHeight; r++)
      for (let q = 0; q < outWidth; q++) {
        const output = ((b * outHeight + r) * outWidth + q) * outChannels
        for (let i = 0; i < filterHeight; i++) {
          const y = r * info.strideHeight + i * info.dilationHeight - info.padInfo.top
          if (y < 0 || y >= inHeight) continue
          for (let j = 0; j < filterWidth; j++) {
            const x = q * info.strideWidth + j * info.dilationWidth - info.padInfo.left
            if (x < 0 || x >= inWidth) continue
            visit(((b * inHeight + y) * inWidth + x) * inChannels, (i * filterWidth + j) * outChannels, output)
          }
        }
      }
}
