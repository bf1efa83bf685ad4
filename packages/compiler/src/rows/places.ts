import type { Graph, ValueId } from '../graph.js'
import { bytesOf } from '../passes/plan.js'

/** Where stretches of memory begin that different threads write to: no two share a line of a cache. */
export const LINE = 128

export const aligned = (at: number): number => Math.ceil(at / LINE) * LINE

/** Gives values that have none yet places one after another, from `at` on; says where the next one would begin. */
export function place(graph: Graph, ids: Iterable<ValueId>, address: Map<ValueId, number>, at: number): number {
  let end = at
  for (const id of ids) {
    if (address.has(id)) continue
    address.set(id, end)
    end += bytesOf(graph.values[id]!)
  }
  return end
}
