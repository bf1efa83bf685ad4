import { type ConvolutionAttrs, dense } from '../convolution.js'
import { rule } from '../rule.js'

/** The filter's gradient is linear in x and in dy; its transposes are the transposed convolution and the convolution. */
export const conv2DBackpropFilter = rule<ConvolutionAttrs>(
  'Conv2DBackpropFilter',
  ['x', 'dy'],
  (g, [x, dy], attrs) => ({
    x: () => dense.input(dy!, g, x!.shape, attrs),
    dy: () => dense.forward(x!, g, attrs),
  }),
)
