import { showShape } from '@ebbflow/core'
import type { OpGraph } from './op-graph.js'
import { split } from './split.js'

const ONCE = 'again only for other parameters'

/** The ops of a graph, as a table for people. TensorFlow joins some of them, and does not tell which. */
export function explainOps(graph: OpGraph, block?: number): string {
  const { ops } = graph
  const counts = new Map<string, number>()
  for (const { name, outputs } of ops) {
    const what = `${name}${outputs[0] ? ` ${showShape(outputs[0].shape)}` : ''}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a)
  const wide = Math.max(ONCE.length, ...rows.map(([what]) => what.length))
  const line = (what: string, count: number): string => `${what.padEnd(wide)}  ${String(count).padStart(5)}`
  return [
    `${'op of TensorFlow'.padEnd(wide)}  times`,
    ...rows.map(([what, count]) => line(what, count)),
    line('in all', ops.length),
    line(ONCE, split(graph).before?.ops.length ?? 0),
    ...(block === undefined ? [] : ['', `blocks of up to ${block} rows`]),
  ].join('\n')
}
