import { driver } from './emit/driver.js'
import type { WasmModule } from './emit/module.js'
import type { Graph } from './graph.js'
import { isLinear } from './linear.js'
import { Linker, type Stretch } from './linker.js'
import type { Operation } from './passes/fuse.js'
import { HOST } from './passes/lower.js'
import type { Plan } from './passes/plan.js'

/** What a driver is called, and the number of its first kernel that the host runs. */
export interface DriverOptions {
  readonly name?: string
  readonly firstHost?: number
  /** Stretches of memory that have moved when it is called, by as many bytes as its parameters say. */
  readonly movable?: readonly Stretch[]
}

/** Whether all that operations read and write is told by addresses that may move. */
export const mayMove = (operations: readonly Operation[]): boolean =>
  operations.every(
    (operation) =>
      operation.kind === 'loop' ||
      (operation.kind === 'node' && operation.node.kernel !== HOST && !isLinear(operation.node)),
  )

/** Emits the operations and the driver (`run`), which calls them one after another. */
export function link(
  module: WasmModule,
  graph: Graph,
  operations: readonly Operation[],
  plan: Plan,
  { name = 'run', firstHost = 0, movable = [] }: DriverOptions = {},
): void {
  const linker = new Linker(module, graph, plan, firstHost, 0, movable)
  const calls = operations.map((operation) => linker.operation(operation))
  driver(module, name, calls, { exported: name, moves: movable.length })
}

/** Emits each operation as a function of its own, `op 0`, `op 1`, …, so that they can be timed one by one. */
export function linkEach(module: WasmModule, graph: Graph, operations: readonly Operation[], plan: Plan): void {
  const linker = new Linker(module, graph, plan)
  for (const [i, operation] of operations.entries()) {
    const code = linker.operation(operation)
    module.function(`op ${i}`, [], [], () => code, `op ${i}`)
  }
}
