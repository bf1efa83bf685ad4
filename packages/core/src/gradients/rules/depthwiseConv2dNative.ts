import { type ConvolutionAttrs, depthwise, dilate, undilate } from '../convolution.js'
import { rule } from '../rule.js'

/** A convolution is linear in its input and in its filter; its dilated filter is the same filter with zeros between. */
export const depthwiseConv2dNative = rule<ConvolutionAttrs>(
  'DepthwiseConv2dNative',
  ['x', 'filter'],
  (dy, [x, filter], attrs) => {
    const wide = dilate(filter!, attrs.dilations)
    return {
      x: () => depthwise.input(dy, wide, x!.shape, attrs),
      filter: () => undilate(depthwise.filter(x!, dy, wide.shape, attrs), attrs.dilations),
    }
  },
)
