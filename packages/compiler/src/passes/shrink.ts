import { sameShape } from '@ebbflow/core'
import { isElementwise } from '../emit/elementwise.js'
import { fillOf, type Node, type Use, viewOf } from '../graph.js'
import { broadcastView } from '../views.js'
import type { Rewriter } from './rewrite.js'

/**
 * What is the same along an axis is computed once and read again and again: the output of an elementwise kernel all of whose inputs repeat
 * themselves along some axes, as a view; undefined where there are none.
 */
export function shrunk(node: Node, { draft }: Rewriter): readonly Use[] | undefined {
  // a copy is there to lay a view out
  if (!isElementwise(node.kernel) || node.kernel === 'Copy') return undefined
  const { shape, dtype } = draft.values[node.outputs[0]!]!
  // what is read element by element repeats itself nowhere
  for (const name in node.inputs) {
    const use = node.inputs[name]!
    if (!use.view && fillOf(draft, use) === undefined && sameShape(use.shape, shape)) return undefined
  }
  const wide = Object.entries(node.inputs).map(([name, use]) => ({
    name,
    use,
    fill: fillOf(draft, use),
    view: broadcastView(viewOf(use), use.shape, shape),
  }))
  const repeats = shape.map(
    (size, i) => size > 1 && wide.every(({ fill, view }) => fill !== undefined || view.strides[i] === 0),
  )
  if (!repeats.includes(true)) return undefined
  const small = shape.map((size, i) => (repeats[i] ? 1 : size))
  const inputs: Record<string, Use> = {}
  for (const { name, use, fill, view } of wide)
    inputs[name] =
      fill === undefined
        ? { value: use.value, shape: small, view }
        : draft.filled(fill, [], draft.values[use.value]!.dtype)
  const made = draft.node(node, node.kernel, inputs, small, { attrs: node.attrs, dtype })
  return [{ value: made.value, shape, view: broadcastView(viewOf(made), small, shape) }]
}
