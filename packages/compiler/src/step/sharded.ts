import type * as tf from '@tensorflow/tfjs-core'
import type { Description } from '../build.js'
import { Failures } from '../failures.js'
import type { Graph, Use, ValueId } from '../graph.js'
import { Memory, type Numbers } from '../memory.js'
import { Variables } from '../program.js'
import type { RowAnalysis } from '../rows/analyse.js'
import { type Draw, drawn } from '../rows/draws.js'
import { execute, type Started } from '../start.js'
import { Crew } from '../threads/crew.js'
import type { ThreadPool } from '../threads/pool.js'
import { StepWork, TASKS } from '../threads/step-work.js'
import { type BlockOfRows, blocksOf, jobOf } from './job.js'
import type { Parting } from './lanes.js'
import { linkStep } from './linking.js'
import { type AdamRates, adamArguments, type Machine } from './machine.js'
import { planStep, type StepPlan } from './planning.js'
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
  readonly #outputs: readonly Use[]
  readonly #memory: Memory
  readonly #inputs: ReadonlyMap<number, { readonly at: number } | { readonly id: ValueId }>
  readonly #variables: Variables
  readonly #started: Started
  readonly #work: StepWork
  readonly #crew: Crew | undefined
  readonly #regions: number
  readonly #draws: readonly Draw[]
  readonly #blocks: readonly BlockOfRows[]
  /** What has gone wrong, by the function in which it has. */
  readonly #failures: ReadonlyMap<string, Failures>
  readonly #lanes: readonly Failures[]

  constructor(
    { optimised, regions, pinned, decays, variables }: StepSource,
    analysis: RowAnalysis,
    parting: Parting,
    draws: readonly Draw[],
    threads?: ThreadPool,
  ) {
    const plan = planStep(analysis, parting, regions, pinned, threads?.count ?? 1)
    const { before, after, lanes, places, stretch } = plan
    const { leg } = lanes[0]!
    const { graph } = leg
    const { memory, started, stages } = linkStep(plan, regions, analysis.rows)
    this.#started = started
    this.#memory = new Memory(graph, { address: places.shared, bodies: new Map() }, memory).initialise()
    this.#blocks = blocksOf(parting, plan)
    const job = jobOf(plan, this.#blocks, regions, decays)
    this.#work = new StepWork(job, started.exports, memory)
    this.#crew = threads && plan.threads > 1 ? new Crew(threads, job, started, memory) : undefined
    this.#failures = new Map([...stages].map(([name, stage]) => [name, new Failures(stage.operations, stage.memory)]))
    this.#lanes = lanes.map(({ leg: { name } }) => this.#failures.get(name)!)
    this.#outputs = analysis.graph.outputs
    this.#draws = draws
    this.#inputs = inputsOf(plan, graph)
    this.#variables = new Variables(variables, graph, places.shared)
    this.#regions = regions.bytes
    this.parts = lanes.length
    this.activationBytes = plan.threads * stretch
    // all lanes do the same
    const legs = [before, leg, after]
    this.description = {
      operations: legs.flatMap(({ operations }) => operations),
      stages: legs.map(({ name }) => stages.get(name)!),
      plan: { bytes: plan.bytes, unshared: plan.unshared },
      codeBytes: started.codeBytes,
      passes: [...optimised.passes, ...plan.passes],
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
    this.#call('before')
    for (const failures of this.#lanes) failures.clear()
    this.#run(TASKS.sums, true)
    this.#complain()
    this.#call('after')
  }

  #call(name: 'before' | 'after'): void {
    const failures = this.#failures.get(name)!
    failures.clear()
    execute(this.#started.exports[name]!)
    failures.check()
  }

  /** Throws for the first block of which rows have not converged. */
  #complain(): void {
    // lanes of one thread share the word that tells
    const failed = this.#lanes.map(({ block }) => block).filter((block) => block !== undefined)
    if (failed.length === 0) return
    const { first, rows, driver } = this.#blocks[Math.min(...failed)]!
    this.#failures.get(driver)!.check({ first, rows, block: rows })
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
    return this.#memory.values(this.#outputs[i]!.value)
  }

  output(i: number): tf.Tensor {
    const { value, shape } = this.#outputs[i]!
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

/** Where each input goes that is read: the batch to the place of its own, all else to that of its value. */
function inputsOf({ places, read }: StepPlan, { values }: Graph): Map<number, { at: number } | { id: ValueId }> {
  const inputs = new Map<number, { at: number } | { id: ValueId }>()
  const batch = new Map(places.batch.map(({ id, at }) => [id, at]))
  for (const id of read) {
    const { origin } = values[id]!
    if (origin.kind !== 'input') continue
    const at = batch.get(id)
    inputs.set(origin.index, at === undefined ? { id } : { at })
  }
  return inputs
}
