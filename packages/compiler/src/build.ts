import { EbbflowError } from '@ebbflow/core'
import { WasmModule } from './emit/module.js'
import type { Graph, ValueId } from './graph.js'
import { hostNodes, runOnHost } from './host.js'
import { link } from './link.js'
import { Memory } from './memory.js'
import { cse } from './passes/cse.js'
import { dce } from './passes/dce.js'
import { epilogues } from './passes/epilogue.js'
import { fuse, type Operation } from './passes/fuse.js'
import { lower } from './passes/lower.js'
import { type Plan, plan } from './passes/plan.js'
import { simplify } from './passes/simplify.js'

/** A graph made ready to run in memory of its own. */
export interface Built {
  readonly graph: Graph
  readonly operations: readonly Operation[]
  readonly plan: Plan
  readonly memory: Memory
  /** Size of the WebAssembly module in bytes. */
  readonly codeBytes: number
  /** Number of nodes after each pass, in order. */
  readonly passes: readonly { readonly name: string; readonly nodes: number }[]
  readonly exports: Readonly<Record<string, (...args: number[]) => number>>
}

export interface BuildOptions {
  /** What happens to the graph after all passes. */
  readonly finish?: (graph: Graph) => Graph
  /** Places of one's own for some values, within the first `reserved` bytes. */
  readonly pinned?: (graph: Graph) => ReadonlyMap<ValueId, number>
  readonly reserved?: number
  /** Functions beside the driver. */
  readonly extend?: (module: WasmModule) => void
}

const PASSES = { cse, dce, lower, simplify, 'cse again': cse, 'dce again': dce } as const

/** A program may not take more memory than WebAssembly can address. */
const MOST_BYTES = 2 ** 32 - 2 ** 16

/** The graph after all passes on graphs, and how many nodes each left. */
export function optimise(graph: Graph): { graph: Graph; passes: { name: string; nodes: number }[] } {
  const passes = [{ name: 'recorded', nodes: graph.nodes.length }]
  let current = graph
  for (const [name, pass] of Object.entries(PASSES)) {
    current = pass(current)
    passes.push({ name, nodes: current.nodes.length })
  }
  return { graph: current, passes }
}

/**
 * Optimises a graph, plans its memory, and emits and starts its module.
 *
 * @throws EbbflowError `unsupported` for more than 4 GiB of memory.
 */
export function build(recorded: Graph, options: BuildOptions = {}): Built {
  const { graph: optimised, passes } = optimise(recorded)
  const graph = options.finish?.(optimised) ?? optimised
  const loops = fuse(graph)
  const operations = epilogues(graph, loops)
  const planned = plan(graph, operations, options.reserved, options.pinned?.(graph))
  if (planned.bytes > MOST_BYTES)
    throw new EbbflowError('unsupported', 'a program may not take more than 4 GiB; take fewer rows at once', {
      received: `${(planned.bytes / 2 ** 30).toFixed(1)} GiB`,
    })
  const module = new WasmModule()
  link(module, graph, operations, planned)
  options.extend?.(module)
  const bytes = module.assemble()
  const hosted = hostNodes(operations)
  const { memory, exports } = started(bytes, graph, planned, (index, own) => runOnHost(hosted[index]!, own))
  return {
    graph,
    operations,
    plan: planned,
    memory,
    codeBytes: bytes.length,
    passes: [
      ...passes,
      { name: 'fuse', nodes: loops.length },
      { name: 'epilogues', nodes: operations.length },
    ],
    exports: exports as Built['exports'],
  }
}

/** The module at work in memory of its own; platforms may refuse either. */
function started(
  bytes: Uint8Array<ArrayBuffer>,
  graph: Graph,
  planned: Plan,
  host: (index: number, memory: Memory) => void,
): { memory: Memory; exports: WebAssembly.Exports } {
  try {
    const memory = new Memory(graph, planned)
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: memory.wasm, host: (index: number) => host(index, memory) },
    })
    return { memory, exports }
  } catch (cause) {
    throw new EbbflowError('unsupported', 'the platform does not let a program be compiled', {
      expected: 'memory enough, and wasm-unsafe-eval in a Content-Security-Policy',
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}
