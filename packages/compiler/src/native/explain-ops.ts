import { showShape } from '@ebbflow/core'
import type { OpGraph } from './op-graph.js'

/** The ops of a graph, as a table for people. TensorFlow joins some of them, and does not tell which. */
export function explainOps({ ops }: OpGraph, block?: number): string {
  const counts = new Map<string, number>()
  for (const { name, outputs } of ops) {
    const what = `${name}${outputs[0] ? ` ${showShape(outputs[0].shape)}` : ''}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a)
  const wide = Math.max('op of TensorFlow'.length, ...rows.map(([what]) => what.length))
  return [
    `${'op of TensorFlow'.padEnd(wide)}  times`,
    ...rows.map(([what, count]) => `${what.padEnd(wide)}  ${String(count).padStart(5)}`),
    `${'in all'.padEnd(wide)}  ${String(ops.length).padStart(5)}`,
    ...(block === undefined ? [] : ['', `blocks of up to ${block} rows`]),
  ].join('\n')
}
