import * as tf from '@tensorflow/tfjs-core'
import { run } from './rule.js'
import { spread } from './spread.js'

/** What the convolution kernels are told. */
export interface ConvolutionAttrs {
  strides: number | [number, number]
  pad: 'valid' | 'same' | number | [number, number][]
  dataFormat: 'NHWC' | 'NCHW'
  dilations: number | [number, number]
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

const pair = (d: number | [number, number]): [number, number] => (typeof d === 'number' ? [d, d] : d)

/** The filter with dilation − 1 zeros between its entries: backward kernels know no dilation. */
export function dilate(filter: tf.Tensor, dilations: number | [number, number]): tf.Tensor {
  return pair(dilations).reduce((f, d, axis) => spread(f, axis, (f.shape[axis]! - 1) * d + 1, 0, d), filter)
}

/** The entries of a dilated filter that are not between. */
export function undilate(filter: tf.Tensor, dilations: number | [number, number]): tf.Tensor {
  const [h, w] = pair(dilations)
  return h === 1 && w === 1 ? filter : tf.stridedSlice(filter, [0, 0, 0, 0], filter.shape, [h, w, 1, 1])
}

/** The three bilinear kernels of one kind of convolution, each the transpose of another. */
export interface ConvolutionKernels {
  forward(x: tf.Tensor, filter: tf.Tensor, attrs: ConvolutionAttrs): tf.Tensor
  input(dy: tf.Tensor, filter: tf.Tensor, inputShape: number[], attrs: ConvolutionAttrs): tf.Tensor
  filter(x: tf.Tensor, dy: tf.Tensor, filterShape: number[], attrs: ConvolutionAttrs): tf.Tensor
}

const kernels = (forward: string, input: string, filter: string): ConvolutionKernels => {
  const plain = (attrs: ConvolutionAttrs) => ({ ...attrs, dilations: [1, 1] })
  return {
    forward: (x, w, attrs) => run(forward, { x, filter: w }, plain(attrs)),
    input: (dy, w, inputShape, attrs) => run(input, { dy, filter: w }, { ...plain(attrs), inputShape }),
    filter: (x, dy, filterShape, attrs) => run(filter, { x, dy }, { ...plain(attrs), filterShape }),
  }
}

export const dense = kernels('Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter')
export const depthwise = kernels(
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropInput',
  'DepthwiseConv2dNativeBackpropFilter',
)
