import type { Node, Use } from '../../graph.js'
import { ITERATE } from '../../loops.js'
import { SWEEP, sweepOf, tableOf } from '../../sweeps.js'
import type { Rewriter } from '../rewrite.js'
import type { Lowering } from './rule.js'

/** What runs a body reads all its inputs in row-major order. */
function plainly(node: Node, rewriter: Rewriter, more: Node['inputs'] = {}): readonly Use[] {
  const inputs = Object.fromEntries(Object.entries(node.inputs).map(([name, use]) => [name, rewriter.plain(use, node)]))
  rewriter.draft.nodes.push({ ...node, inputs: { ...inputs, ...more } })
  return node.outputs.map((value) => ({ value, shape: rewriter.draft.values[value]!.shape }))
}

const iterate: Lowering = (node, rewriter) => plainly(node, rewriter)

const sweep: Lowering = (node, rewriter) => {
  const data = tableOf(sweepOf(node)!.plan)
  const value = rewriter.draft.value([data.length], 'int32', { kind: 'constant', data })
  return plainly(node, rewriter, { table: { value, shape: [data.length] } })
}

export const loops: Readonly<Record<string, Lowering>> = { [ITERATE]: iterate, [SWEEP]: sweep }
