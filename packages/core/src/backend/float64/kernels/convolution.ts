import type * as tf from '@tensorflow/tfjs-core'
import { type NDArray, zeros } from '../array.js'
import { define } from '../kernel.js'
import { finish } from './activation.js'
import { type ConvolutionAttrs, channelsBack, channelsLast, convolutionWindow, visitTaps } from './window.js'

/** Σ over taps and input channels of pixel · weight. */
function convolve(x: NDArray, filter: NDArray, attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(x.shape, filter.shape, attrs)
  const out = zeros([w.batchSize, w.outHeight, w.outWidth, w.outChannels], 'float32')
  visitTaps(w, (pixel, tap, output) => {
    for (let c = 0; c < w.inChannels; c++) {
      const v = x.values[pixel * w.inChannels + c]!
      const weights = (tap * w.inChannels + c) * w.outChannels
      const to = output * w.outChannels
      for (let o = 0; o < w.outChannels; o++) out.values[to + o] = out.values[to + o]! + v * filter.values[weights + o]!
    }
  })
  return out
}

/** The transposed map: each output's gradient spread over the pixels it came from. */
function backpropInput(dy: NDArray, filter: NDArray, inputShape: readonly number[], attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(inputShape, filter.shape, attrs)
  const dx = zeros(inputShape, 'float32')
  visitTaps(w, (pixel, tap, output) => {
    for (let c = 0; c < w.inChannels; c++) {
      const weights = (tap * w.inChannels + c) * w.outChannels
      let sum = 0
      for (let o = 0; o < w.outChannels; o++)
        sum += dy.values[output * w.outChannels + o]! * filter.values[weights + o]!
      const at = pixel * w.inChannels + c
      dx.values[at] = dx.values[at]! + sum
    }
  })
  return dx
}

/** The gradient of each weight: Σ over its uses of pixel · output gradient. */
function backpropFilter(x: NDArray, dy: NDArray, filterShape: readonly number[], attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(x.shape, filterShape, attrs)
  const dw = zeros(filterShape, 'float32')
  visitTaps(w, (pixel, tap, output) => {
    for (let c = 0; c < w.inChannels; c++) {
      const v = x.values[pixel * w.inChannels + c]!
      const weights = (tap * w.inChannels + c) * w.outChannels
      for (let o = 0; o < w.outChannels; o++)
        dw.values[weights + o] = dw.values[weights + o]! + v * dy.values[output * w.outChannels + o]!
    }
  })
  return dw
}

/** The shape of an image batch with its channels last. */
const lastShape = (shape: readonly number[], dataFormat: 'NHWC' | 'NCHW'): number[] =>
  dataFormat === 'NCHW' ? [shape[0]!, shape[2]!, shape[3]!, shape[1]!] : [...shape]

/** Convolutions and their gradients. */
export const convolutionKernels: readonly tf.KernelConfig[] = [
  define('Conv2D', ['x', 'filter'], ({ x, filter }, attrs: tf.Conv2DAttrs) =>
    channelsBack(convolve(channelsLast(x, attrs.dataFormat), filter, attrs), attrs.dataFormat),
  ),
  define(
    'FusedConv2D',
    ['x', 'filter'],
    ({ x, filter, ...rest }, attrs: tf.FusedConv2DAttrs) => {
      const out = convolve(channelsLast(x, attrs.dataFormat), filter, attrs)
      return channelsBack(finish(out, rest, attrs.activation, attrs.leakyreluAlpha), attrs.dataFormat)
    },
    ['bias', 'preluActivationWeights'],
  ),
  define('Conv2DBackpropInput', ['dy', 'filter'], ({ dy, filter }, attrs: tf.Conv2DBackpropInputAttrs) => {
    const { dataFormat, inputShape } = attrs
    const dx = backpropInput(channelsLast(dy, dataFormat), filter, lastShape(inputShape, dataFormat), attrs)
    return channelsBack(dx, dataFormat)
  }),
  define('Conv2DBackpropFilter', ['x', 'dy'], ({ x, dy }, attrs: tf.Conv2DBackpropFilterAttrs) =>
    backpropFilter(channelsLast(x, attrs.dataFormat), channelsLast(dy, attrs.dataFormat), attrs.filterShape, attrs),
  ),
]
