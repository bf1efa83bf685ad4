import { WasmModule } from './emit/module.js'
import type { Graph } from './graph.js'
import { linkEach } from './link.js'
import { SLACK } from './memory.js'
import type { Plan } from './passes/plan.js'
import { type Hosted, instantiate } from './start.js'

/** Operations of a program that run one after another, and where. */
export interface Stage extends Hosted {
  readonly graph: Graph
  readonly plan: Plan
}

/** How often a stage runs at most to be timed, and for how many milliseconds. */
const RUNS = 25
const MOST_MS = 250

/** The least time of each operation, in milliseconds, of some runs of them all, on what the memory holds. */
export function timesOf({ graph, operations, plan, memory }: Stage): number[] {
  const module = new WasmModule()
  linkEach(module, graph, operations, plan)
  const buffer = memory.wasm.buffer as ArrayBufferLike
  const shared = buffer instanceof ArrayBuffer ? undefined : buffer.byteLength - SLACK
  const { exports } = instantiate(module, memory.wasm, [{ operations, memory }], shared)
  const least = operations.map(() => Number.POSITIVE_INFINITY)
  const began = performance.now()
  for (let run = 0; run < RUNS && performance.now() - began < MOST_MS; run++)
    for (const i of operations.keys()) {
      const start = performance.now()
      exports[`op ${i}`]!()
      least[i] = Math.min(least[i]!, performance.now() - start)
    }
  return least
}
