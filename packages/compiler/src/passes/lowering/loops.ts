import { ITERATE } from '../../loops.js'
import type { Lowering } from './rule.js'

/** An iteration reads all its inputs in row-major order. */
const iterate: Lowering = (node, rewriter) => {
  const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, use]) => [name, rewriter.plain(use, node)]))
  rewriter.draft.nodes.push({ ...node, inputs })
  return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
}

export const loops: Readonly<Record<string, Lowering>> = { [ITERATE]: iterate }
