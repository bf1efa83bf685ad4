import type * as tf from '@tensorflow/tfjs-core'
import { type NDArray, zeros } from '../array.js'
import { define } from '../kernel.js'
import { finish } from './activation.js'
import { type ConvolutionAttrs, channelsBack, channelsLast, convolutionWindow, visitTaps } from './window.js'

/**
 * Visits each product of a depthwise convolution: the places of a pixel's channel, of a weight and of an output's channel. Input
 * channel c feeds the output channels c · multiplier … (c + 1) · multiplier − 1.
 */
function visitProducts(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attrs: ConvolutionAttrs,
  visit: (pixel: number, weight: number, output: number) => void,
): number[] {
  const w = convolutionWindow(inputShape, filterShape, attrs, true)
  const channels = w.inChannels
  const multiplier = filterShape[3]!
  visitTaps(w, (pixel, tap, output) => {
    for (let c = 0; c < channels; c++)
      for (let q = 0; q < multiplier; q++)
        visit(pixel * channels + c, (tap * channels + c) * multiplier + q, (output * channels + c) * multiplier + q)
  })
  return [w.batchSize, w.outHeight, w.outWidth, channels * multiplier]
}

function convolve(x: NDArray, filter: NDArray, attrs: ConvolutionAttrs): NDArray {
  const w = convolutionWindow(x.shape, filter.shape, attrs, true)
  const out = zeros([w.batchSize, w.outHeight, w.outWidth, w.inChannels * filter.shape[3]!], 'float32')
  visitProducts(x.shape, filter.shape, attrs, (pixel, weight, output) => {
    out.values[output] = out.values[output]! + x.values[pixel]! * filter.values[weight]!
  })
  return out
}

/** Depthwise convolutions and their gradients. */
export const depthwiseKernels: readonly tf.KernelConfig[] = [
  define('DepthwiseConv2dNative', ['x', 'filter'], ({ x, filter }, attrs: tf.DepthwiseConv2dNativeAttrs) =>
    channelsBack(convolve(channelsLast(x, attrs.dataFormat), filter, attrs), attrs.dataFormat),
  ),
  define(
    'FusedDepthwiseConv2D',
    ['x', 'filter'],
    ({ x, filter, ...rest }, attrs: tf.FusedDepthwiseConv2DAttrs) => {
      const out = convolve(channelsLast(x, attrs.dataFormat), filter, attrs)
      return channelsBack(finish(out, rest, attrs.activation, attrs.leakyreluAlpha), attrs.dataFormat)
    },
    ['bias', 'preluActivationWeights'],
  ),
  define(
    'DepthwiseConv2dNativeBackpropInput',
    ['dy', 'filter'],
    ({ dy, filter }, attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs) => {
      const dx = zeros(attrs.inputShape, 'float32')
      visitProducts(attrs.inputShape, filter.shape, attrs, (pixel, weight, output) => {
        dx.values[pixel] = dx.values[pixel]! + dy.values[output]! * filter.values[weight]!
      })
      return dx
    },
  ),
  define(
    'DepthwiseConv2dNativeBackpropFilter',
    ['x', 'dy'],
    ({ x, dy }, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs) => {
      const dw = zeros(attrs.filterShape, 'float32')
      visitProducts(x.shape, attrs.filterShape, attrs, (pixel, weight, output) => {
        dw.values[weight] = dw.values[weight]! + x.values[pixel]! * dy.values[output]!
      })
      return dw
    },
  ),
]
