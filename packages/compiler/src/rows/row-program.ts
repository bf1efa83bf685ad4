import type * as tf from '@tensorflow/tfjs-core'
import { type Description, operationsOf, type Passes } from '../build.js'
import { WasmModule } from '../emit/module.js'
import type { Graph, ValueId } from '../graph.js'
import { hostNodes } from '../host.js'
import { link } from '../link.js'
import { Memory, type Numbers } from '../memory.js'
import { type Plan, plan, readsOf } from '../passes/plan.js'
import { Variables } from '../program.js'
import { execute, instantiate, openMemory, type Started } from '../start.js'
import type { RowAnalysis } from './analyse.js'
import { aligned, place } from './places.js'
import type { RowKind } from './rules.js'
import { stagesOf } from './stages.js'

/** Where a thread computes a block: its own places of inputs, results and what lies between. */
interface Stretch {
  readonly driver: string
  readonly memory: Memory
}

/** What a program of blocks is made of. */
export interface RowSource {
  readonly analysis: RowAnalysis
  readonly variables: readonly tf.Variable[]
  readonly passes: Passes
}

/** A function of rows as a program for a block of them; what is the same for all rows is computed once for all blocks. */
export class RowProgram {
  readonly block: number
  readonly description: Description
  readonly #graph: Graph
  readonly #batched: ReadonlySet<ValueId>
  readonly #inputs: readonly (ValueId | undefined)[]
  readonly #stretches: readonly Stretch[]
  readonly #variables: Variables
  readonly #started: Started
  readonly #kinds: readonly RowKind[]
  #prepared = false

  constructor({ analysis, variables, passes }: RowSource, block: number) {
    this.block = block
    const stages = stagesOf(analysis, block)
    const graph: Graph = { ...stages.rows, outputs: analysis.graph.outputs }
    const batched = new Set<ValueId>()
    const inputs: ValueId[] = []
    for (const [id, { origin }] of graph.values.entries()) {
      if (origin.kind !== 'input') continue
      inputs[origin.index] = id
      if (analysis.kinds[id] === 'rows') batched.add(id)
    }
    const before = operationsOf(stages.fixed)
    const each = operationsOf(stages.rows)
    const outputs = analysis.graph.outputs.map(({ value }) => value)

    // what all blocks read comes first
    const shared = new Map<ValueId, number>()
    const read = new Set([...before.operations, ...each.operations].flatMap(readsOf).concat(outputs))
    const lasting = [...read].filter((id) => graph.values[id]!.origin.kind !== 'node' && !batched.has(id))
    const made = stages.fixed.outputs.map(({ value }) => value)
    const start = aligned(place(graph, [...lasting, ...made], shared, 0))
    const planBefore = plan(stages.fixed, before.operations, start, shared)
    const planned = plan(stages.rows, each.operations, start, shared)
    const bytes = Math.max(planBefore.bytes, planned.bytes)

    const module = new WasmModule()
    const wasm = openMemory(bytes)
    link(module, stages.fixed, before.operations, planBefore, { name: 'before' })
    const hosted = [{ operations: before.operations, memory: new Memory(graph, planBefore, wasm).initialise() }]
    const firstHost = hostNodes(before.operations).length
    this.#stretches = [planned].map((own: Plan, i) => {
      const memory = new Memory(graph, own, wasm)
      if (i === 0) memory.initialise()
      link(module, stages.rows, each.operations, own, { name: `block ${i}`, firstHost })
      hosted.push({ operations: each.operations, memory })
      return { driver: `block ${i}`, memory }
    })
    this.#started = instantiate(module, wasm, hosted)
    this.#graph = graph
    this.#kinds = analysis.kinds
    this.#batched = batched
    this.#inputs = inputs.map((id) => (batched.has(id) || read.has(id) ? id : undefined))
    this.#variables = new Variables(variables, graph, shared)
    this.description = {
      operations: [...before.operations, ...each.operations],
      plan: { bytes, unshared: start + planned.unshared },
      codeBytes: this.#started.codeBytes,
      passes: [...passes, ...each.passes],
    }
  }

  /** Whether a variable that it reads is gone, so that it has to be recorded anew. */
  get stale(): boolean {
    return this.#variables.stale
  }

  /** Takes in what is the same for all rows, and computes what depends on that alone. */
  prepare(inputs: readonly Numbers[]): void {
    const { memory } = this.#stretches[0]!
    let changed = this.#variables.refresh(memory)
    for (const [i, id] of this.#inputs.entries()) {
      if (id === undefined || this.#batched.has(id)) continue
      const held = memory.values(id)
      const given = inputs[i]!
      if (this.#prepared && held.every((value, k) => Object.is(value, given[k]))) continue
      held.set(given)
      changed = true
    }
    if (changed || !this.#prepared) execute(this.#started.exports.before!)
    this.#prepared = true
  }

  /** Computes rows `from` … `to` − 1 of the results, block by block; the last one is filled up with its last row. */
  run(inputs: readonly Numbers[], results: readonly Numbers[], from: number, to: number): void {
    const { outputs } = this.#graph
    for (let at = from; at < to; at += this.block) {
      const [{ driver, memory }] = this.#stretches as [Stretch]
      const rows = Math.min(this.block, to - at)
      for (const [i, id] of this.#inputs.entries())
        if (id !== undefined && this.#batched.has(id)) this.#fill(memory.values(id), inputs[i]!, at, rows)
      execute(this.#started.exports[driver]!)
      for (const [i, { value }] of outputs.entries()) {
        if (this.#kinds[value] !== 'rows') continue
        const made = memory.values(value)
        const each = made.length / this.block
        results[i]!.set(made.subarray(0, rows * each), at * each)
      }
    }
  }

  #fill(to: Numbers, values: Numbers, at: number, rows: number): void {
    const each = to.length / this.block
    to.set(values.subarray(at * each, (at + rows) * each))
    const last = to.subarray((rows - 1) * each, rows * each)
    for (let row = rows; row < this.block; row++) to.set(last, row * each)
  }

  /** A result that is the same for all rows. */
  fixed(i: number): Numbers {
    return this.#stretches[0]!.memory.values(this.#graph.outputs[i]!.value)
  }
}
