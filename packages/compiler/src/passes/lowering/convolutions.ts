import * as tf from '@tensorflow/tfjs-core'
import { type Node, stridesOf, type Use, viewOf } from '../../graph.js'
import type { Rewriter } from '../rewrite.js'
import { product } from './products.js'
import { between, type Lowering, outputOf } from './rule.js'

type Pair = readonly [height: number, width: number]
type Size4 = readonly [number, number, number, number]

/** How a kernel goes over an image. */
interface Geometry {
  /** Of the image: batch, height, width, channels. */
  readonly image: Size4
  /** Of the kernel: height, width, channels in, channels out. */
  readonly kernel: Size4
  readonly out: Pair
  readonly stride: Pair
  readonly dilation: Pair
  /** Rows and columns of zeros before the image. */
  readonly before: Pair
}

function geometryOf(node: Node, image: readonly number[], kernel: readonly number[]): Geometry | undefined {
  const { strides, pad, dilations = 1, dimRoundingMode, dataFormat } = node.attrs
  if (dataFormat !== undefined && dataFormat !== 'NHWC') return undefined
  const info = tf.backend_util.computeConv2DInfo(
    image as [number, number, number, number],
    kernel as [number, number, number, number],
    strides as number,
    dilations as number,
    pad as 'same',
    dimRoundingMode as 'floor',
  )
  return {
    image: image as unknown as Size4,
    kernel: kernel as unknown as Size4,
    out: [info.outHeight, info.outWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    before: [info.padInfo.top, info.padInfo.left],
  }
}

const floating = (node: Node, { draft }: Rewriter): boolean =>
  Object.values(node.inputs).every(({ value }) => draft.values[value]!.dtype === 'float32')

/** An image written into a larger one of zeros, from a place on, in steps. */
function within(node: Node, rewriter: Rewriter, image: Use, size: Size4, at: Pair, step: Pair): Use {
  const strides = stridesOf(size)
  const view = {
    offset: at[0] * strides[1]! + at[1] * strides[2]!,
    strides: [strides[0]!, strides[1]! * step[0], strides[2]! * step[1], strides[3]!],
  }
  return between(node, rewriter, 'Join', { x: image }, size, { views: [view], fill: 0 })
}

/** The image that the kernel goes over, with its zeros around where it needs some. */
function padded(node: Node, rewriter: Rewriter, image: Use, g: Geometry): Use {
  const [batch, height, width, channels] = g.image
  const needed = (axis: 0 | 1): number =>
    (g.out[axis] - 1) * g.stride[axis] + (g.kernel[axis] - 1) * g.dilation[axis] + 1
  const size: Size4 = [
    batch,
    Math.max(needed(0), g.before[0] + height),
    Math.max(needed(1), g.before[1] + width),
    channels,
  ]
  if (size[1] === height && size[2] === width) return image
  return within(node, rewriter, image, size, g.before, [1, 1])
}

/** For each place of a kernel, what it sees: `[batch, out height, out width, kernel height, kernel width, channels]`, without a copy. */
function windows(rewriter: Rewriter, image: Use, out: Pair, kernel: Pair, stride: Pair, dilation: Pair): Use {
  const { offset, strides } = viewOf(image)
  const [batch, row, column, channel] = strides as unknown as Size4
  const shape = [image.shape[0]!, ...out, ...kernel, image.shape[3]!]
  return rewriter.view(image, shape, {
    offset,
    strides: [batch, row * stride[0], column * stride[1], row * dilation[0], column * dilation[1], channel],
  })
}

/** A use repeated along two axes in front. */
function repeated(rewriter: Rewriter, use: Use, axes: Pair): Use {
  const { offset, strides } = viewOf(use)
  return rewriter.view(use, [...axes, ...use.shape], { offset, strides: [0, 0, ...strides] })
}

/** The same with its last axis lying together. */
const together = (use: Use, rewriter: Rewriter, at: Node): Use =>
  use.shape.at(-1) === 1 || viewOf(use).strides.at(-1) === 1 ? use : rewriter.plain(use, at)

/** y = Σ over the window and its channels: a product of what the windows see and the kernel. */
const conv2d: Lowering = (node, rewriter) => {
  const { x, filter } = node.inputs
  const g = geometryOf(node, x!.shape, filter!.shape)
  if (!g || !floating(node, rewriter)) return undefined
  const [height, width] = g.kernel
  const a = windows(rewriter, padded(node, rewriter, x!, g), g.out, [height, width], g.stride, g.dilation)
  const b = repeated(rewriter, together(filter!, rewriter, node), [g.image[0], g.out[0]])
  return product(node, rewriter, a, b, 3)
}

/** What comes back to the image: a convolution of the gradient, spread by the stride, with the kernel turned around. */
const backpropInput: Lowering = (node, rewriter) => {
  const { dy, filter } = node.inputs
  const shape = outputOf(node, rewriter).shape
  const g = geometryOf(node, shape, filter!.shape)
  if (!g || !floating(node, rewriter)) return undefined
  const [batch, height, width] = g.image
  const [rows, columns, , outputs] = g.kernel
  const at = [0, 1].map((axis) => (g.kernel[axis]! - 1) * g.dilation[axis]! - g.before[axis]!) as unknown as Pair
  const size: Size4 = [batch, height + (rows - 1) * g.dilation[0], width + (columns - 1) * g.dilation[1], outputs]
  const reaches = [0, 1].every(
    (axis) => at[axis]! >= 0 && (g.out[axis]! - 1) * g.stride[axis]! + at[axis]! < size[axis + 1]!,
  )
  if (!reaches) return undefined
  const plain = rows * columns === 1 && g.stride[0] * g.stride[1] === 1
  const spread = plain ? dy! : within(node, rewriter, dy!, size, at, g.stride)
  const a = windows(rewriter, spread, [height, width], [rows, columns], [1, 1], g.dilation)
  const { offset, strides } = viewOf(filter!)
  const [down, along, input, output] = strides as unknown as Size4
  const turned = rewriter.view(filter!, [rows, columns, outputs, g.kernel[2]], {
    offset: offset + (rows - 1) * down + (columns - 1) * along,
    strides: [-down, -along, output, input],
  })
  const b = repeated(rewriter, together(turned, rewriter, node), [batch, height])
  return product(node, rewriter, a, b, 3)
}

/** What comes back to the kernel: for each of its elements, the sum over all windows of what it sees times the gradient. */
const backpropFilter: Lowering = (node, rewriter) => {
  const { x, dy } = node.inputs
  const g = geometryOf(node, x!.shape, outputOf(node, rewriter).shape)
  if (!g || !floating(node, rewriter)) return undefined
  const [rows, columns] = g.kernel
  const image = padded(node, rewriter, x!, g)
  // the kernel's axes first, the sum over the windows last
  const seen = windows(rewriter, image, g.out, [rows, columns], g.stride, g.dilation)
  const { offset, strides } = viewOf(seen)
  const order = [3, 4, 5, 0, 1, 2]
  const a = rewriter.view(
    seen,
    order.map((axis) => seen.shape[axis]!),
    { offset, strides: order.map((axis) => strides[axis]!) },
  )
  const b = repeated(rewriter, together(dy!, rewriter, node), [rows, columns])
  return product(node, rewriter, a, b, 3)
}

export const convolutions: Readonly<Record<string, Lowering>> = {
  Conv2D: conv2d,
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
}
