import { type ConvolutionAttrs, dense } from '../convolution.js'
import { rule } from '../rule.js'

/** The transposed convolution is linear in dy and in the filter; its transpose in dy is the convolution. */
export const conv2DBackpropInput = rule<ConvolutionAttrs>(
  'Conv2DBackpropInput',
  ['dy', 'filter'],
  (g, [dy, filter], attrs) => ({
    dy: () => dense.forward(g, filter!, attrs),
    filter: () => dense.filter(g, dy!, filter!.shape, attrs),
  }),
)
