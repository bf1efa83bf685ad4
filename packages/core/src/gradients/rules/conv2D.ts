import { type ConvolutionAttrs, dense, dilate, undilate } from '../convolution.js'
import { rule } from '../rule.js'

/** A convolution is linear in its input and in its filter; its dilated filter is the same filter with zeros between. */
export const conv2D = rule<ConvolutionAttrs>('Conv2D', ['x', 'filter'], (dy, [x, filter], attrs) => {
  const wide = dilate(filter!, attrs.dilations)
  return {
    x: () => dense.input(dy, wide, x!.shape, attrs),
    filter: () => undilate(dense.filter(x!, dy, wide.shape, attrs), attrs.dilations),
  }
})
