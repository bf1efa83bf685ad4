import type * as tf from '@tensorflow/tfjs-core'
import { type Description, operationsOf, type Passes } from '../build.js'
import { WasmModule } from '../emit/module.js'
import { Failures } from '../failures.js'
import type { Graph, ValueId } from '../graph.js'
import { hostNodes } from '../host.js'
import { link } from '../link.js'
import { Memory, type Numbers } from '../memory.js'
import { type Plan, plan, readsOf } from '../passes/plan.js'
import { Variables } from '../program.js'
import { execute, instantiate, openMemory, type Started } from '../start.js'
import { Crew } from '../threads/crew.js'
import type { ThreadPool } from '../threads/pool.js'
import type { RowAnalysis } from './analyse.js'
import { aligned, place } from './places.js'
import { stagesOf } from './stages.js'
import type { RowKind } from './verdict.js'

/** Where a thread computes a block: its own places of inputs, results and what lies between. */
interface Stretch {
  readonly driver: string
  readonly memory: Memory
  readonly failures: Failures
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
  readonly #before: Failures
  readonly #variables: Variables
  readonly #started: Started
  readonly #kinds: readonly RowKind[]
  readonly #crew: Crew | undefined
  #prepared = false

  constructor({ analysis, variables, passes }: RowSource, block: number, threads?: ThreadPool) {
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
    const alone = !threads || hostNodes(each.operations).length > 0
    const count = alone ? 1 : threads.count
    const plans: Plan[] = []
    for (let i = 0; i < count; i++)
      plans.push(plan(stages.rows, each.operations, i === 0 ? start : aligned(plans[i - 1]!.bytes), shared))
    const planBefore = plan(stages.fixed, before.operations, start, shared)
    const bytes = Math.max(planBefore.bytes, plans.at(-1)!.bytes)

    const module = new WasmModule()
    const wasm = openMemory(bytes, { shared: count > 1 })
    link(module, stages.fixed, before.operations, planBefore, { name: 'before' })
    const hosted = [{ operations: before.operations, memory: new Memory(graph, planBefore, wasm).initialise() }]
    const firstHost = hostNodes(before.operations).length
    this.#stretches = plans.map((own, i) => {
      const memory = new Memory(graph, own, wasm)
      if (i === 0) memory.initialise()
      link(module, stages.rows, each.operations, own, { name: `block ${i}`, firstHost })
      if (i === 0) hosted.push({ operations: each.operations, memory })
      return { driver: `block ${i}`, memory, failures: new Failures(each.operations, memory) }
    })
    this.#before = new Failures(before.operations, hosted[0]!.memory)
    this.#started = instantiate(module, wasm, hosted, count > 1 ? bytes : undefined)
    if (threads && count > 1) {
      const drivers = this.#stretches.map(({ driver }) => driver)
      this.#crew = new Crew(threads, { kind: 'rows', drivers }, this.#started, wasm)
    }
    this.#graph = graph
    this.#kinds = analysis.kinds
    this.#batched = batched
    this.#inputs = inputs.map((id) => (batched.has(id) || read.has(id) ? id : undefined))
    this.#variables = new Variables(variables, graph, shared)
    this.description = {
      operations: [...before.operations, ...each.operations],
      stages: [
        { graph: stages.fixed, operations: before.operations, plan: planBefore, memory: hosted[0]!.memory },
        { graph: stages.rows, operations: each.operations, plan: plans[0]!, memory: this.#stretches[0]!.memory },
      ],
      plan: { bytes, unshared: start + count * (plans[0]!.unshared - start) },
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
    if (changed || !this.#prepared) {
      this.#prepared = false
      this.#before.clear()
      execute(this.#started.exports.before!)
      this.#before.check()
    }
    this.#prepared = true
  }

  /** Computes rows `from` … `to` − 1 of the results, block by block; the last one is filled up with its last row. */
  run(inputs: readonly Numbers[], results: readonly Numbers[], from: number, to: number): void {
    const { block } = this
    const threads = this.#crew?.open ? this.#stretches.length : 1
    for (let at = from; at < to; at += threads * block) {
      const active = Math.min(threads, Math.ceil((to - at) / block))
      const parts = this.#stretches.slice(0, active).map((stretch, i) => {
        const first = at + i * block
        return { ...stretch, first, rows: Math.min(block, to - first) }
      })
      for (const { memory, failures, first, rows } of parts) {
        failures.clear()
        this.#give(memory, inputs, first, rows)
      }
      if (active > 1) execute(() => this.#crew!.run(active))
      else execute(this.#started.exports[parts[0]!.driver]!)
      for (const { memory, failures, first, rows } of parts) {
        failures.check({ first, rows, block })
        this.#take(memory, results, first, rows)
      }
    }
  }

  /** Lets threads forget it. */
  dispose(): void {
    this.#crew?.dispose()
  }

  #give(memory: Memory, inputs: readonly Numbers[], first: number, rows: number): void {
    for (const [i, id] of this.#inputs.entries())
      if (id !== undefined && this.#batched.has(id)) this.#fill(memory.values(id), inputs[i]!, first, rows)
  }

  #take(memory: Memory, results: readonly Numbers[], first: number, rows: number): void {
    for (const [i, { value }] of this.#graph.outputs.entries()) {
      if (this.#kinds[value] !== 'rows') continue
      const made = memory.values(value)
      const each = made.length / this.block
      results[i]!.set(made.subarray(0, rows * each), first * each)
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
