import { check, EbbflowError, type Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import type { Pace } from '../pace.js'
import type { Trainable } from '../trainable.js'
import { handOver, newVector, type Vector } from '../vectors.js'
import { type CheckedRows, checkRows, type RowsLike } from './rows.js'

/** What may come beside the rows, one for each. */
export interface PerRow {
  /** What each row's density is conditioned on. */
  readonly context?: RowsLike | undefined
  /** How much each row counts: finite, not negative, not all zero. */
  readonly weights?: ArrayLike<number> | undefined
}

/** Checked rows with what is beside them. */
export interface Dataset {
  readonly table: CheckedRows
  readonly context?: CheckedRows
  readonly weights?: Float64Array
}

/** Some rows of a dataset, copied out. */
export interface Block {
  readonly x: Vector
  readonly rows: number
  readonly shape: Shape
  readonly context?: { readonly values: Vector; readonly shape: Shape }
  readonly weights?: Vector
  /** Where the rows stand in the data, where that is known. */
  readonly index?: Int32Array
}

/** The tensors of a block; context of shape `[rows, C]`, weights of shape `[rows]`. */
export interface BlockTensors {
  x: tf.Tensor
  context?: tf.Tensor
  weights?: tf.Tensor
}

/** The rows that a flow takes. */
export type Takes = Pick<Trainable, 'eventShape' | 'context'>

/** Checks rows and what is beside them; `what` names them in messages. */
export async function toDataset(
  rows: RowsLike,
  { context, weights }: PerRow,
  flow: Takes,
  pace: Pace,
  what = 'data',
): Promise<Dataset> {
  check(!flow.context || context !== undefined, `this flow is conditional, and ${what} has no context`)
  check(flow.context !== 0 || context === undefined, 'this flow is not conditional, and takes no context')
  const table = await checkRows(rows, { what, shape: flow.eventShape }, pace)
  const shape = flow.context ? [flow.context] : undefined
  return {
    table,
    ...(context !== undefined && {
      context: await checkRows(context, { what: `the context of ${what}`, shape, rows: table.rows }, pace),
    }),
    ...(weights !== undefined && { weights: checkWeights(weights, table.rows, what) }),
  }
}

function checkWeights(weights: ArrayLike<number>, rows: number, what: string): Float64Array {
  if (weights.length !== rows)
    throw new EbbflowError('data', `${what}: one weight a row is needed`, {
      expected: `${rows}`,
      received: `${weights.length}`,
    })
  const copy = Float64Array.from(weights)
  const bad = copy.findIndex((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY))
  if (bad >= 0)
    throw new EbbflowError('data', `${what}: the weight of row ${bad} must be finite and not negative`, {
      received: String(weights[bad]),
    })
  if (!copy.some((w) => w > 0)) throw new EbbflowError('data', `${what}: every weight is zero`)
  return copy
}

/** The factor that gives the weights of the given rows a mean of 1. */
export function weightScale(weights: Float64Array | undefined, index: Int32Array): number {
  if (!weights) return 1
  let sum = 0
  for (const row of index) sum += weights[row]!
  if (sum === 0) throw new EbbflowError('data', 'every weight of the training rows is zero')
  return index.length / sum
}

/** Copies rows out of a dataset, in the backend's precision. */
export function gather({ table, context, weights }: Dataset, index: Int32Array, scale = 1): Block {
  return {
    x: pick(table, index),
    rows: index.length,
    shape: table.shape,
    index,
    ...(context && { context: { values: pick(context, index), shape: context.shape } }),
    ...(weights && { weights: newVector(index.length).map((_, i) => weights[index[i]!]! * scale) }),
  }
}

function pick({ values, width }: CheckedRows, index: Int32Array): Vector {
  const out = newVector(index.length * width)
  let at = 0
  for (const row of index)
    for (let from = row * width, end = from + width; from < end; from++) out[at++] = values[from]!
  return out
}

/** The block as tensors, which take its arrays over. */
export function tensorsOf(block: Block): BlockTensors {
  return {
    x: handOver(block.x.slice(), [block.rows, ...block.shape]),
    ...(block.context && {
      context: handOver(block.context.values.slice(), [block.rows, ...block.context.shape]),
    }),
    ...(block.weights && { weights: handOver(block.weights.slice(), [block.rows]) }),
  }
}
