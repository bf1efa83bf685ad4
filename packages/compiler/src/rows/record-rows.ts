import * as tf from '@tensorflow/tfjs-core'
import { type Optimised, optimise } from '../build.js'
import type { Numbers } from '../memory.js'
import type { Recording } from '../record.js'
import { checkRoom, rowsWithRoom } from '../room.js'
import { type ListFunction, otherRows, traceOnce } from '../trace.js'
import { analyseRows, isRowWise, type RowAnalysis, withRowCount } from './analyse.js'
import { sameGraph } from './same.js'

/** A function that was recorded, and shown to compute each row of its results from that row of its inputs alone, however many there are. */
export interface RowRecording {
  readonly recording: Recording
  readonly optimised: Optimised
  readonly analysis: RowAnalysis
  /** Which inputs have rows. */
  readonly batched: ReadonlySet<number>
  /** What it was recorded on. */
  readonly inputs: readonly Numbers[]
}

/** Numbers of rows to record with that are hardly the size of something else. */
const SOME = [5, 7, 11] as const

/** Rows to record with instead of what takes more than such a part of the engine's memory. */
const [INSTEAD, PART] = [1021, 1 / 16]

const unlike = (rows: number): number => SOME.find((some) => some !== rows)!

/**
 * Records a function on its examples, and on another number of rows. Where both come to the same graph, and no rows are mixed in it, it is a
 * function of single rows, and `found`. Otherwise there is its recording on the examples, if there is one.
 */
export function recordRows(
  fn: ListFunction,
  examples: readonly tf.Tensor[],
): { readonly found?: RowRecording; readonly first?: Recording } {
  const own = examples[0]?.shape[0]
  if (own === undefined || own === 0) return {}
  // one row alone looks like an axis that is not there, and too many take long, or outgrow the engine's memory
  const crowded = rowsWithRoom(fn, examples, PART) !== undefined
  const rows = own === 1 ? unlike(own) : crowded ? INSTEAD : own
  const first = rows === own ? traceOnce(fn, examples) : undefined
  try {
    for (const batched of candidates(examples, own)) {
      const inputs = examples.map((x, i) => (rows !== own && batched.has(i) ? otherRows(x, rows) : tf.clone(x)))
      try {
        const found = onRows(fn, inputs, rows, batched, first)
        if (found) return { found }
      } finally {
        tf.dispose(inputs)
      }
    }
  } catch (error) {
    if (first) tf.dispose(first.results)
    throw error
  }
  if (crowded) checkRoom(fn, examples)
  return first ? { first } : {}
}

/** Which inputs may have rows: all that have as many entries as the first, or the first alone. */
function candidates(examples: readonly tf.Tensor[], rows: number): ReadonlySet<number>[] {
  const all = new Set([...examples.keys()].filter((i) => examples[i]!.shape[0] === rows))
  return all.size > 1 ? [all, new Set([0])] : [all]
}

function onRows(
  fn: ListFunction,
  inputs: readonly tf.Tensor[],
  rows: number,
  batched: ReadonlySet<number>,
  first: Recording | undefined,
): RowRecording | undefined {
  const recording = first ?? attempt(() => traceOnce(fn, inputs))
  if (!recording) return undefined
  const optimised = optimise(recording.graph)
  const analysis = analyseRows(optimised.graph, rows, batched)
  if (isRowWise(analysis) && goesOn(fn, inputs, batched, recording, analysis))
    return { recording, optimised, analysis, batched, inputs: inputs.map((x) => x.dataSync() as Numbers) }
  if (!first) tf.dispose(recording.results)
  return undefined
}

/** Whether the function does the same to another number of other rows. */
function goesOn(
  fn: ListFunction,
  inputs: readonly tf.Tensor[],
  batched: ReadonlySet<number>,
  { variables }: Recording,
  analysis: RowAnalysis,
): boolean {
  const rows = unlike(analysis.rows)
  const others = inputs.map((x, i) => otherRows(x, batched.has(i) ? rows : (x.shape[0] ?? 1)))
  const second = attempt(() => traceOnce(fn, others))
  tf.dispose(others)
  if (!second) return false
  tf.dispose(second.results)
  const twin = { graph: optimise(second.graph).graph, variables: second.variables }
  return sameGraph({ graph: withRowCount(analysis, rows), variables }, twin)
}

/** What a function gives, if it takes such a number of rows at all. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch {
    return undefined
  }
}
