import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import { doubles, type NDArray } from '../array.js'
import { define } from '../kernel.js'
import { finish } from './activation.js'
import { type ConvolutionAttrs, channelsBack, channelsLast, convolutionWindow, visitTaps } from './window.js'

/** Σ over taps and input channels of pixel · weight. */
function convolve(x: NDArray, filter: NDArray, attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(x.shape, filter.shape, attrs)
  const { inChannels, outChannels } = w
  const shape = [w.batchSize, w.outHeight, w.outWidth, outChannels]
  const pixels = doubles(x)
  const weights = doubles(filter)
  const out = new Float64Array(sizeOf(shape))
  visitTaps(w, (pixel, tap, output) => {
    const to = output * outChannels
    for (let c = 0; c < inChannels; c++) {
      const v = pixels[pixel * inChannels + c]!
      const from = (tap * inChannels + c) * outChannels
      for (let o = 0; o < outChannels; o++) out[to + o]! += v * weights[from + o]!
    }
  })
  return { values: out, shape, dtype: 'float32' }
}

/** The transposed map: each output's gradient spread over the pixels it came from. */
function backpropInput(dy: NDArray, filter: NDArray, inputShape: readonly number[], attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(inputShape, filter.shape, attrs)
  const { inChannels, outChannels } = w
  const slopes = doubles(dy)
  const weights = doubles(filter)
  const dx = new Float64Array(sizeOf(inputShape))
  visitTaps(w, (pixel, tap, output) => {
    for (let c = 0; c < inChannels; c++) {
      const from = (tap * inChannels + c) * outChannels
      let sum = 0
      for (let o = 0; o < outChannels; o++) sum += slopes[output * outChannels + o]! * weights[from + o]!
      dx[pixel * inChannels + c]! += sum
    }
  })
  return { values: dx, shape: inputShape, dtype: 'float32' }
}

/** The gradient of each weight: Σ over its uses of pixel · output gradient. */
function backpropFilter(x: NDArray, dy: NDArray, filterShape: readonly number[], attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(x.shape, filterShape, attrs)
  const { inChannels, outChannels } = w
  const pixels = doubles(x)
  const slopes = doubles(dy)
  const dw = new Float64Array(sizeOf(filterShape))
  visitTaps(w, (pixel, tap, output) => {
    const from = output * outChannels
    for (let c = 0; c < inChannels; c++) {
      const v = pixels[pixel * inChannels + c]!
      const to = (tap * inChannels + c) * outChannels
      for (let o = 0; o < outChannels; o++) dw[to + o]! += v * slopes[from + o]!
    }
  })
  return { values: dw, shape: filterShape, dtype: 'float32' }
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
