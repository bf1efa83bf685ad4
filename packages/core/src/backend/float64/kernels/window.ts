import * as tf from '@tensorflow/tfjs-core'
import { type NDArray, permuted } from '../array.js'

/** Sizes of a sliding window, from tfjs's own rules for strides, dilations and padding. */
export type Window = Pick<
  tf.backend_util.Conv2DInfo,
  | 'batchSize'
  | 'inHeight'
  | 'inWidth'
  | 'inChannels'
  | 'outHeight'
  | 'outWidth'
  | 'outChannels'
  | 'filterHeight'
  | 'filterWidth'
  | 'strideHeight'
  | 'strideWidth'
  | 'dilationHeight'
  | 'dilationWidth'
> & { readonly padInfo: { readonly top: number; readonly left: number } }

/** How a convolution is set up. */
export interface ConvolutionAttrs {
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dilations?: [number, number] | number
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined
}

type Shape4 = [number, number, number, number]

/** The window of a convolution of images `[batch, height, width, channels]`. */
export const convolutionWindow = (
  x: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: ConvolutionAttrs,
  depthwise = false,
): Window =>
  tf.backend_util.computeConv2DInfo(
    [...x] as Shape4,
    [...filter] as Shape4,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
  )

/**
 * Visits each place where a tap of the window falls on the image: the pixel's place, the tap's, and the output's, each counted in
 * whole pixels with the batch in front.
 */
export function visitTaps(w: Window, visit: (pixel: number, tap: number, output: number) => void): void {
  for (let s = 0; s < w.batchSize; s++)
    for (let oy = 0; oy < w.outHeight; oy++)
      for (let ox = 0; ox < w.outWidth; ox++) {
        const output = (s * w.outHeight + oy) * w.outWidth + ox
        for (let ky = 0; ky < w.filterHeight; ky++) {
          const y = oy * w.strideHeight - w.padInfo.top + ky * w.dilationHeight
          if (y < 0 || y >= w.inHeight) continue
          for (let kx = 0; kx < w.filterWidth; kx++) {
            const x = ox * w.strideWidth - w.padInfo.left + kx * w.dilationWidth
            if (x < 0 || x >= w.inWidth) continue
            visit((s * w.inHeight + y) * w.inWidth + x, ky * w.filterWidth + kx, output)
          }
        }
      }
}

/** An image batch with its channels last. */
export const channelsLast = (x: NDArray, dataFormat: 'NHWC' | 'NCHW' | undefined): NDArray =>
  dataFormat === 'NCHW' ? permuted(x, [0, 2, 3, 1]) : x

/** Puts the channels of an image batch back where the data format has them. */
export const channelsBack = (x: NDArray, dataFormat: 'NHWC' | 'NCHW' | undefined): NDArray =>
  dataFormat === 'NCHW' ? permuted(x, [0, 3, 1, 2]) : x
