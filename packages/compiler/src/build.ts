import { WasmModule } from './emit/module.js'
import { stateSize } from './emit/sweep/layout.js'
import type { Graph, Value, ValueId } from './graph.js'
import { link } from './link.js'
import { bodyOf, iterationOf } from './loops.js'
import { Memory } from './memory.js'
import { copyRepeated } from './passes/copy-repeated.js'
import { cse } from './passes/cse.js'
import { dce } from './passes/dce.js'
import { epilogues } from './passes/epilogue.js'
import { fuse, type Operation } from './passes/fuse.js'
import { hoist } from './passes/hoist.js'
import { lower } from './passes/lower.js'
import { bytesOf, type Plan, plan } from './passes/plan.js'
import { withoutRecords } from './passes/records.js'
import { repeats } from './passes/repeats.js'
import { simplify } from './passes/simplify.js'
import { skipZeros } from './passes/zeros.js'
import { instantiate, MOST_BYTES, openMemory } from './start.js'
import { sweepOf } from './sweeps.js'
import type { Exports } from './threads/work.js'
import type { Stage } from './timings.js'

/** How many nodes each pass left, in order. */
export type Passes = readonly { readonly name: string; readonly nodes: number }[]

/** A graph after all passes on graphs. */
export interface Optimised {
  readonly graph: Graph
  readonly passes: Passes
}

/** What can be told about what has been built, for people. */
export interface Description {
  readonly operations: readonly Operation[]
  /** The same, by what runs together. */
  readonly stages: readonly Stage[]
  readonly plan: Pick<Plan, 'bytes' | 'unshared'>
  /** Size of the WebAssembly module in bytes. */
  readonly codeBytes: number
  readonly passes: Passes
}

/** A graph made ready to run in memory of its own. */
export interface Built extends Description {
  readonly graph: Graph
  readonly plan: Plan
  readonly memory: Memory
  readonly exports: Exports
}

export interface BuildOptions {
  /** Places of one's own for some values, within the first `reserved` bytes. */
  readonly pinned?: ReadonlyMap<ValueId, number>
  readonly reserved?: number
  /** Rows of the batch that it is for, to tell how many would fit where these do not. */
  readonly rows?: number
  /** Functions beside the driver. */
  readonly extend?: (module: WasmModule) => void
}

const PASSES = { cse, dce, lower, repeats, simplify, 'cse again': cse, 'dce again': dce, zeros: skipZeros } as const

/** The graph after all passes on graphs, and how many nodes each left. */
export function optimise(graph: Graph): Optimised {
  const passes = [{ name: 'recorded', nodes: graph.nodes.length }]
  let current = graph
  for (const [name, pass] of Object.entries(PASSES)) {
    current = pass(current)
    passes.push({ name, nodes: current.nodes.length })
  }
  const nodes = withoutRecords(current).map((node) => {
    const body = bodyOf(node)
    return body ? { ...node, attrs: { ...node.attrs, body: optimise(body).graph } } : node
  })
  return { graph: hoist({ ...current, nodes }), passes }
}

/** What a graph comes to as loops and kernels, one after another, and how many there are after each pass. */
export function operationsOf(graph: Graph): { operations: readonly Operation[]; passes: Passes } {
  const loops = fuse(graph)
  const operations = epilogues(graph, loops).map((operation) => withSweep(graph, operation) ?? withBody(operation))
  return {
    operations,
    passes: [
      { name: 'fuse', nodes: loops.length },
      { name: 'epilogues', nodes: operations.length },
    ],
  }
}

/** A sweep with its body made ready to run: without the logarithms of derivatives where nobody wants them. */
function withSweep({ nodes, outputs }: Graph, operation: Operation): Operation | undefined {
  const sweep = operation.kind === 'node' ? sweepOf(operation.node) : undefined
  if (!sweep || operation.kind !== 'node') return undefined
  const { node } = operation
  const uses = [...nodes.flatMap(({ inputs }) => Object.values(inputs)), ...outputs]
  const logDet = uses.some(({ value }) => value === node.outputs[1])
  const wanted = sweep.body.outputs.filter((_, i) => i !== 1 || logDet)
  const own = dce({ ...sweep.body, outputs: wanted })
  const size = stateSize(sweep.plan.widths)
  // where the activations of the network lie
  const state: Value = { shape: [size], dtype: 'float32', origin: { kind: 'input', index: 2 } }
  const graph = copyRepeated({ ...own, values: [...own.values, state] }, [...wanted.keys()])
  return { kind: 'sweep', node, logDet, body: { graph, operations: operationsOf(graph).operations } }
}

/** An iteration with its body made ready to run. */
function withBody(operation: Operation): Operation {
  const iteration = operation.kind === 'node' ? iterationOf(operation.node) : undefined
  if (!iteration || operation.kind !== 'node') return operation
  const body = copyRepeated(iteration.body, [...iteration.body.outputs.keys()])
  return { kind: 'iterate', node: operation.node, body: { graph: body, operations: operationsOf(body).operations } }
}

/**
 * Plans an optimised graph's memory, and emits and starts its module.
 *
 * @throws EbbflowError `unsupported` for more than 4 GiB of memory.
 */
export function build(optimised: Optimised, options: BuildOptions = {}): Built {
  const { graph } = optimised
  const { operations, passes } = operationsOf(graph)
  const planned = plan(graph, operations, options.reserved, options.pinned)
  const wasm = openMemory(planned.bytes, { fits: () => rowsThatFit(graph, planned, options) })
  const module = new WasmModule()
  link(module, graph, operations, planned)
  options.extend?.(module)
  const memory = new Memory(graph, planned, wasm).initialise()
  const { exports, codeBytes } = instantiate(module, wasm, [{ operations, memory }])
  return {
    graph,
    operations,
    stages: [{ graph, operations, plan: planned, memory }],
    plan: planned,
    memory,
    codeBytes,
    passes: [...optimised.passes, ...passes],
    exports,
  }
}

/** Rows that would fit: what has as many entries as the batch grows with it, as all does that is computed. */
function rowsThatFit(graph: Graph, { address, bytes }: Plan, { rows, reserved = 0 }: BuildOptions): number | undefined {
  if (rows === undefined) return undefined
  let lasting = reserved
  for (const [id, at] of address) {
    const value = graph.values[id]!
    if (at >= reserved && value.origin.kind !== 'node' && value.shape[0] !== rows) lasting += bytesOf(value)
  }
  return Math.floor((MOST_BYTES - lasting) / ((bytes - lasting) / rows))
}
