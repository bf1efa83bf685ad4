import { sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Graph } from '../graph.js'
import type { ListFunction } from '../trace.js'
import type { Runnable } from '../variant.js'
import { explainOps } from './explain-ops.js'
import { GraphProgram } from './graph-program.js'

/** Elements of the largest tensor of a block of rows: caches hold a few of them. */
const LARGEST = 2 ** 22
const [FEWEST, MOST] = [64, 2 ** 16] as const

/** Graphs for different numbers of rows that are kept at a time. */
const MOST_PROGRAMS = 8

/**
 * A program for these shapes alone.
 *
 * @throws EbbflowError `unsupported` where something is computed beside TensorFlow.
 */
export function onShapes(fn: ListFunction, inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]): Runnable {
  const program = new GraphProgram(fn, inputs, variables)
  return {
    memoryBytes: undefined,
    get stale() {
      return program.stale
    },
    run: (inputs) => program.run(inputs),
    explain: () => explainOps(program.graph),
    dispose: () => program.dispose(),
  }
}

/** How many rows of a graph are computed at once. */
export function blockOf({ values }: Graph, rows: number): number {
  const each = values.map(({ shape, origin }) => (origin.kind === 'node' ? sizeOf(shape) / rows : 0))
  const fit = 2 ** Math.floor(Math.log2(LARGEST / Math.max(1, ...each)))
  return Math.min(MOST, Math.max(FEWEST, fit))
}

/** How a function treats rows. */
export interface RowPlan {
  /** Inputs that have rows. */
  readonly batched: ReadonlySet<number>
  /** Results that are the same for all rows. */
  readonly fixed: ReadonlySet<number>
  /** Rows that are computed at once. */
  readonly block: number
  /** Rows that have a graph of their own, whatever they are. */
  readonly own: number
}

/** A program for any number of rows, block by block; what is missing in the last block is filled up. */
export class RowGraphs implements Runnable {
  readonly memoryBytes = undefined
  readonly #fn: ListFunction
  readonly #variables: readonly tf.Variable[]
  readonly #plan: RowPlan
  readonly #programs = new Map<number, GraphProgram>()

  constructor(fn: ListFunction, variables: readonly tf.Variable[], plan: RowPlan) {
    this.#fn = fn
    this.#variables = variables
    this.#plan = plan
  }

  get stale(): boolean {
    return this.#variables.some(({ isDisposed }) => isDisposed)
  }

  run(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    const { batched, fixed, block } = this.#plan
    const rows = inputs[Math.min(...batched)]!.shape[0]!
    return tf.tidy(() => {
      const blocks: tf.Tensor[][] = []
      for (let from = 0; from < rows; from += block)
        blocks.push(this.#ofBlock(inputs, rows, from, Math.min(block, rows - from)))
      const [first] = blocks
      if (blocks.length === 1) return first!
      return first!.map((result, i) => (fixed.has(i) ? result : tf.concat(blocks.map((made) => made[i]!))))
    })
  }

  /** Results for some of the rows. */
  #ofBlock(inputs: readonly tf.Tensor[], rows: number, from: number, count: number): tf.Tensor[] {
    const { batched, fixed } = this.#plan
    const size = this.#sizeFor(count)
    const given = inputs.map((x, i) => (batched.has(i) ? padded(part(x, rows, from, count), size) : x))
    const results = this.#programFor(size, given).run(given)
    if (size === count) return results
    return results.map((result, i) => (fixed.has(i) ? result : tf.slice(result, 0, count)))
  }

  /** The least number of rows that there is a graph for, or may be. */
  #sizeFor(count: number): number {
    const { block, own } = this.#plan
    const power = Math.min(block, 2 ** Math.ceil(Math.log2(count)))
    return own >= count && own <= power ? own : power
  }

  #programFor(size: number, given: readonly tf.Tensor[]): GraphProgram {
    const known = this.#programs.get(size)
    const found = known ?? new GraphProgram(this.#fn, given, this.#variables)
    this.#programs.delete(size)
    this.#programs.set(size, found)
    if (this.#programs.size > MOST_PROGRAMS) {
      const [oldest, program] = this.#programs.entries().next().value!
      program.dispose()
      this.#programs.delete(oldest)
    }
    return found
  }

  explain(): string {
    const [latest] = [...this.#programs.values()].slice(-1)
    return latest ? explainOps(latest.graph, this.#plan.block) : 'its graphs are disposed of'
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose()
    this.#programs.clear()
  }
}

const part = (x: tf.Tensor, rows: number, from: number, count: number): tf.Tensor =>
  count === rows ? x : tf.slice(x, from, count)

/** Filled up to so many rows by copies of the first. */
function padded(x: tf.Tensor, rows: number): tf.Tensor {
  const missing = rows - x.shape[0]!
  if (missing === 0) return x
  const first = tf.slice(x, 0, 1)
  return tf.concat([x, tf.tile(first, [missing, ...x.shape.slice(1).map(() => 1)])])
}
