import { sizeOf } from '@ebbflow/core'
import { stridesOf, viewOf } from '../../graph.js'
import { broadcastView } from '../../views.js'
import { axesOf, type Lowering, make, outputOf } from './rule.js'

const sum = (terms: readonly number[]): number => terms.reduce((a, b) => a + b, 0)

/** The same numbers: nothing to do. */
const alias: Lowering = (node, rewriter) => [
  rewriter.reshape((node.inputs.x ?? node.inputs.input)!, outputOf(node, rewriter).shape, node),
]

/** A cast to the same kind of number. Truth values are stored as floats, but who reads them as numbers must be told so. */
const cast: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const from = rewriter.draft.values[x.value]!.dtype
  const to = node.attrs.dtype
  if (from === to) return [x]
  return make(node, rewriter, 'Cast', node.inputs, node.attrs)
}

const slice: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { offset, strides } = viewOf(x)
  const begin = node.attrs.begin as number | number[]
  const from = Array.isArray(begin) ? begin : [begin]
  const { shape } = outputOf(node, rewriter)
  return [rewriter.view(x, shape, { offset: offset + sum(strides.map((s, i) => s * (from[i] ?? 0))), strides })]
}

const transpose: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { offset, strides } = viewOf(x)
  const order = node.attrs.perm as number[]
  return [rewriter.view(x, outputOf(node, rewriter).shape, { offset, strides: order.map((axis) => strides[axis]!) })]
}

const reverse: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const view = viewOf(x)
  const strides = [...view.strides]
  let { offset } = view
  for (const axis of axesOf(node.attrs.dims, x.shape.length)) {
    if (x.shape[axis] === 0) continue
    offset += strides[axis]! * (x.shape[axis]! - 1)
    strides[axis] = -strides[axis]!
  }
  return [rewriter.view(x, x.shape, { offset, strides })]
}

const broadcastTo: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { shape } = outputOf(node, rewriter)
  return [rewriter.view(x, shape, broadcastView(viewOf(x), x.shape, shape))]
}

/** Each axis twice: how often it repeats, and what is repeated. */
const tile: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { offset, strides } = viewOf(x)
  const repeats = node.attrs.reps as number[]
  const shape = x.shape.flatMap((size, i) => [repeats[i]!, size])
  const wide = rewriter.view(x, shape, { offset, strides: strides.flatMap((stride) => [0, stride]) })
  return [rewriter.reshape(wide, outputOf(node, rewriter).shape, node)]
}

/** Equal slices along an axis, with that axis dropped. */
const unpack: Lowering = (node, rewriter) => {
  const x = node.inputs.value!
  const { offset, strides } = viewOf(x)
  const [axis] = axesOf(node.attrs.axis, x.shape.length)
  const rest = strides.filter((_, i) => i !== axis)
  return node.outputs.map((_, k) =>
    rewriter.view(x, outputOf(node, rewriter, k).shape, { offset: offset + k * strides[axis!]!, strides: rest }),
  )
}

const split: Lowering = (node, rewriter) => {
  const x = node.inputs.x!
  const { offset, strides } = viewOf(x)
  const [axis] = axesOf(node.attrs.axis, x.shape.length)
  let at = 0
  return node.outputs.map((_, k) => {
    const { shape } = outputOf(node, rewriter, k)
    const part = rewriter.view(x, shape, { offset: offset + at * strides[axis!]!, strides })
    at += shape[axis!]!
    return part
  })
}

/** A result that is written part by part: each input to a view of it, over what fills the rest. */
const concat: Lowering = (node, rewriter) => {
  const { shape } = outputOf(node, rewriter)
  const strides = stridesOf(shape)
  const [axis] = axesOf(node.attrs.axis, shape.length)
  let at = 0
  const views = Object.values(node.inputs).map((part) => {
    const view = { offset: at * strides[axis!]!, strides }
    at += part.shape[axis!]!
    return view
  })
  return make(node, rewriter, 'Join', node.inputs, { views })
}

const pack: Lowering = (node, rewriter) => {
  const { shape } = outputOf(node, rewriter)
  const strides = stridesOf(shape)
  const [axis] = axesOf(node.attrs.axis, shape.length)
  const rest = strides.filter((_, i) => i !== axis)
  const views = Object.values(node.inputs).map((_, k) => ({ offset: k * strides[axis!]!, strides: rest }))
  return make(node, rewriter, 'Join', node.inputs, { views })
}

const pad: Lowering = (node, rewriter) => {
  const { shape } = outputOf(node, rewriter)
  const strides = stridesOf(shape)
  const paddings = node.attrs.paddings as [number, number][]
  const offset = sum(paddings.map(([before], i) => before * strides[i]!))
  const whole = sizeOf(shape) === sizeOf(node.inputs.x!.shape)
  return make(node, rewriter, 'Join', node.inputs, {
    views: [{ offset, strides }],
    ...(!whole && { fill: (node.attrs.constantValue as number | undefined) ?? 0 }),
  })
}

/** A copy, so that what is computed of it is not taken for what was computed of its source. */
const barrier: Lowering = (node, rewriter) => make(node, rewriter, 'Copy', { x: node.inputs[0]! })

export const shapes: Readonly<Record<string, Lowering>> = {
  Identity: alias,
  Reshape: alias,
  ExpandDims: alias,
  Cast: cast,
  Slice: slice,
  Transpose: transpose,
  Reverse: reverse,
  BroadcastTo: broadcastTo,
  Tile: tile,
  Unpack: unpack,
  SplitV: split,
  Concat: concat,
  Pack: pack,
  PadV2: pad,
  EbbflowBarrier: barrier,
}
