import type * as tf from '@tensorflow/tfjs-core'
import { type Description, operationsOf } from '../build.js'
import { WasmModule } from '../emit/module.js'
import { emitAccumulate, emitAdam, emitCombine, emitNorm } from '../emit/optimiser.js'
import { Failures } from '../failures.js'
import type { Graph, ValueId } from '../graph.js'
import { hostNodes } from '../host.js'
import { link } from '../link.js'
import { Memory, type Numbers } from '../memory.js'
import type { Operation } from '../passes/fuse.js'
import { moved, type Plan, plan, readsOf } from '../passes/plan.js'
import { Variables } from '../program.js'
import type { RowAnalysis } from '../rows/analyse.js'
import { type Draw, drawn } from '../rows/draws.js'
import { aligned } from '../rows/places.js'
import { stagesOf } from '../rows/stages.js'
import { execute, instantiate, MOST_BYTES, openMemory, type Started } from '../start.js'
import { Crew } from '../threads/crew.js'
import type { ThreadPool } from '../threads/pool.js'
import { type Block, type Copy, type StepJob, StepWork, TASKS } from '../threads/step-work.js'
import type { Stage } from '../timings.js'
import type { Parting } from './lanes.js'
import { type AdamRates, adamArguments, type Machine } from './machine.js'
import { squaresOf, updatesOf } from './parts.js'
import { placesOf } from './places.js'
import type { StepSource } from './source.js'

/** Bytes of a region from which on threads share what goes over all parameters. */
const WORTH_SHARING = 2 ** 16

/** Whether a step comes down to sums over rows, and to what is computed of these. */
export const isSummed = ({ graph, kinds }: RowAnalysis): boolean =>
  graph.outputs.every(({ value }) => kinds[value] !== 'rows' && kinds[value] !== 'mixed') &&
  graph.nodes.some(({ outputs }) => outputs.some((output) => kinds[output] === 'sum'))

/** A step on a batch that is parted by rows: each lane sums over its own, and the sums of all are added up. */
export class ShardedMachine implements Machine {
  readonly description: Description
  readonly parts: number
  readonly activationBytes: number
  readonly #analysis: RowAnalysis
  readonly #memory: Memory
  readonly #inputs: ReadonlyMap<number, { readonly at: number } | { readonly id: ValueId }>
  readonly #variables: Variables
  readonly #started: Started
  readonly #work: StepWork
  readonly #crew: Crew | undefined
  readonly #regions: number
  readonly #draws: readonly Draw[]
  readonly #before: Failures
  readonly #after: Failures
  readonly #lanes: readonly Failures[]
  /** Throws for a block of which rows have not converged. */
  readonly #complain: (block: number) => void

  constructor(
    source: StepSource,
    analysis: RowAnalysis,
    parting: Parting,
    draws: readonly Draw[],
    threads?: ThreadPool,
  ) {
    this.#draws = draws
    const { regions, pinned, decays, optimised } = source
    const { lanes, block, blocks, last } = parting
    const stages = stagesOf(analysis, block)
    const graph: Graph = stages.rows
    const before = operationsOf(stages.fixed)
    const each = operationsOf(stages.rows)
    const after = operationsOf(stages.after)
    const tail = last === block ? undefined : stagesOf(analysis, last).rows
    const rest = tail && operationsOf(tail).operations
    const outputs = analysis.graph.outputs.map(({ value }) => value)
    const read = new Set(
      [...before.operations, ...each.operations, ...after.operations].flatMap(readsOf).concat(outputs),
    )
    const places = placesOf(analysis, stages, parting, regions, pinned, read)

    // a thread's own stretch, for what lies between inputs and sums
    const hosts = hostNodes(each.operations).length > 0
    const count = threads && !hosts ? Math.min(threads.count, lanes) : 1
    const planFor = (of: Graph, operations: readonly Operation[]): Plan =>
      plan(of, operations, places.end, places.lanes[0]!.address)
    const planEach = planFor(graph, each.operations)
    const planTail = tail && planFor(tail, rest!)
    const size = aligned(Math.max(planEach.bytes, planTail?.bytes ?? 0) - places.end)
    const stretchOf = (lane: number): number => places.end + (lane % count) * size
    const planned = (of: Graph, operations: readonly Operation[], first: Plan, lane: number): Plan => {
      const { address } = places.lanes[lane]!
      if (first.bodies.size > 0) return plan(of, operations, stretchOf(lane), address)
      return moved(first, address, stretchOf(lane) - places.end)
    }
    const planBefore = plan(stages.fixed, before.operations, places.end, places.shared)
    const planAfter = plan(stages.after, after.operations, places.end, places.shared)
    const bytes = Math.max(places.end + count * size, planBefore.bytes, planAfter.bytes)

    // of all that is there, the batch itself alone grows with its rows
    const perRow = places.batch.reduce((sum, { bytesPerRow }) => sum + bytesPerRow, 0)
    const fits = (): number => Math.floor((MOST_BYTES - (bytes - perRow * analysis.rows)) / perRow)
    const wasm = openMemory(bytes, { shared: count > 1, fits })
    const module = new WasmModule()
    const hosted: Stage[] = []
    const driver = (name: string, of: Graph, operations: readonly Operation[], own: Plan): string => {
      const firstHost = hosted.reduce((sum, { operations: earlier }) => sum + hostNodes(earlier).length, 0)
      link(module, of, operations, own, { name, firstHost })
      hosted.push({ graph: of, operations, plan: own, memory: new Memory(of, own, wasm).initialise() })
      return name
    }
    driver('before', stages.fixed, before.operations, planBefore)
    driver('after', stages.after, after.operations, planAfter)
    const lanePlans = places.lanes.map((_, lane) => planned(graph, each.operations, planEach, lane))
    const drivers = lanePlans.map((own, lane) => driver(`lane ${lane}`, graph, each.operations, own))
    const lastLane = (blocks - 1) % lanes
    const tailDriver = tail && driver('tail', tail, rest!, planned(tail, rest!, planTail!, lastLane))
    const failures = hosted.map(({ operations, memory }) => new Failures(operations, memory))
    this.#before = failures[0]!
    this.#after = failures[1]!
    this.#lanes = failures.slice(2, 2 + lanes)
    this.#complain = (i) => {
      const isTail = tailDriver !== undefined && i === blocks - 1
      const rows = isTail ? last : block
      const own = isTail ? failures.at(-1)! : this.#lanes[i % lanes]!
      own.check({ first: i * block, rows, block: rows })
    }
    emitNorm(module)
    emitAdam(module, regions)
    emitCombine(module, lanes, places.apart)
    emitAccumulate(module)

    this.#memory = new Memory(graph, { address: places.shared, bodies: new Map() }, wasm).initialise()
    this.#started = instantiate(module, wasm, hosted, count > 1 ? bytes : undefined)
    const blockOf = (i: number): Block => {
      const isTail = tailDriver !== undefined && i === blocks - 1
      const rows = isTail ? last : block
      const own = places.lanes[i % lanes]!.address
      const copies = places.batch.map(
        ({ id, at, bytesPerRow }): Copy => ({
          from: at + i * block * bytesPerRow,
          to: own.get(id)!,
          bytes: rows * bytesPerRow,
        }),
      )
      return { index: i, copies, driver: isTail ? tailDriver : drivers[i % lanes]! }
    }
    const all = Array.from({ length: blocks }, (_, i) => blockOf(i))
    const job: StepJob = {
      kind: 'step',
      lanes: places.lanes.map(({ sums }, lane) => {
        const { failure } = lanePlans[lane]!
        return { sums, blocks: all.filter((_, i) => i % lanes === lane), failure }
      }),
      sums: places.combinations,
      squares: squaresOf(regions, lanes),
      norms: places.norms,
      updates: updatesOf(regions, decays, lanes),
      rates: places.rates,
    }
    this.#work = new StepWork(job, this.#started.exports, wasm)
    this.#crew = threads && count > 1 ? new Crew(threads, job, this.#started, wasm) : undefined
    this.#analysis = analysis
    this.parts = lanes
    this.activationBytes = count * size
    this.#regions = regions.bytes
    const batchAt = new Map(places.batch.map(({ id, at }) => [id, at]))
    this.#inputs = new Map(
      graph.values.flatMap(({ origin }, id) => {
        if (origin.kind !== 'input' || !read.has(id)) return []
        const at = batchAt.get(id)
        return [[origin.index, at === undefined ? { id } : { at }] as const]
      }),
    )
    this.#variables = new Variables(source.variables, graph, places.shared)
    this.description = {
      operations: [...before.operations, ...each.operations, ...after.operations],
      // all lanes do the same
      stages: [hosted[0]!, hosted[2]!, hosted[1]!],
      plan: { bytes, unshared: places.end + count * (planEach.unshared - places.end) },
      codeBytes: this.#started.codeBytes,
      passes: [...optimised.passes, ...each.passes],
    }
  }

  setInput(index: number, values: ArrayLike<number>): void {
    for (const draw of this.#draws) if (draw.key === index) this.setInput(draw.index, drawn(draw, values))
    const input = this.#inputs.get(index)
    if (!input) return
    if ('id' in input) this.#memory.values(input.id).set(values)
    else this.#memory.numbersAt(input.at, values).set(values)
  }

  evaluate(): void {
    this.#variables.refresh(this.#memory)
    this.#before.clear()
    execute(this.#started.exports.before!)
    this.#before.check()
    for (const failures of this.#lanes) failures.clear()
    this.#run(TASKS.sums, true)
    // lanes of one thread share the word that tells
    const failed = this.#lanes.map(({ block }) => block).filter((block) => block !== undefined)
    if (failed.length > 0) this.#complain(Math.min(...failed))
    this.#after.clear()
    execute(this.#started.exports.after!)
    this.#after.check()
  }

  norm(): number {
    this.#run(TASKS.squares, this.#regions >= WORTH_SHARING)
    return this.#work.norm
  }

  update(rates: AdamRates): void {
    this.#work.rates = [...adamArguments(rates, false), ...adamArguments(rates, true)]
    this.#run(TASKS.update, this.#regions >= WORTH_SHARING)
  }

  /** On all threads, or on this one alone: the numbers are the same. */
  #run(task: number, together: boolean): void {
    const crew = together && this.#crew?.open ? this.#crew : undefined
    execute(() => (crew ? crew.run(task) : this.#work.alone(task)))
  }

  peek(i: number): Numbers {
    return this.#memory.values(this.#analysis.graph.outputs[i]!.value)
  }

  output(i: number): tf.Tensor {
    const { value, shape } = this.#analysis.graph.outputs[i]!
    return this.#memory.tensor(value, shape)
  }

  floats(at: number, length: number): Float32Array {
    return this.#memory.floats(at, length)
  }

  adopt(variable: tf.Variable): void {
    this.#variables.adopt(variable)
  }

  dispose(): void {
    this.#crew?.dispose()
  }
}
