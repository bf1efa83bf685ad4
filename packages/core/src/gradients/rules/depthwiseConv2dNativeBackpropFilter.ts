import { type ConvolutionAttrs, depthwise } from '../convolution.js'
import { rule } from '../rule.js'

/** The filter's gradient is linear in x and in dy; its transposes are the transposed convolution and the convolution. */
export const depthwiseConv2dNativeBackpropFilter = rule<ConvolutionAttrs>(
  'DepthwiseConv2dNativeBackpropFilter',
  ['x', 'dy'],
  (g, [x, dy], attrs) => ({
    x: () => depthwise.input(dy!, g, x!.shape, attrs),
    dy: () => depthwise.forward(x!, g, attrs),
  }),
)
