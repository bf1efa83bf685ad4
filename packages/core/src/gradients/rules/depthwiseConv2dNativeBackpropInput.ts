import { type ConvolutionAttrs, depthwise } from '../convolution.js'
import { rule } from '../rule.js'

/** The transposed convolution is linear in dy and in the filter; its transpose in dy is the convolution. */
export const depthwiseConv2dNativeBackpropInput = rule<ConvolutionAttrs>(
  'DepthwiseConv2dNativeBackpropInput',
  ['dy', 'filter'],
  (g, [dy, filter], attrs) => ({
    dy: () => depthwise.forward(g, filter!, attrs),
    filter: () => depthwise.filter(g, dy!, filter!.shape, attrs),
  }),
)
