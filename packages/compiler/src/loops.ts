import type { IterateOptions, IterationStep } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Graph, Node } from './graph.js'

/** The kernel that repeats a graph until every row is done. */
export const ITERATE = 'Iterate'

/**
 * What an `Iterate` node repeats. Its inputs are the states, what the rows share, and what the body reads besides; those of its body are the
 * same with the rows' status (0 running, 1 done, 2 failed) after what they share. The body's outputs are the next states, what the rows
 * share, and the status; the node's are the last states, what the rows share, and which rows are done.
 */
export interface Iteration {
  readonly body: Graph
  /** Number of states and of tensors that rows share. */
  readonly kept: number
  /** Of these, tensors that rows share. */
  readonly shared: number
  readonly maxIterations: number
  /** Who is said not to have converged. */
  readonly solver?: string
  /** Whether the last output of the body is recorded each turn: the node then has two more outputs, the records and how many there are. */
  readonly records?: boolean
  readonly along?: Along
}

/**
 * What an iteration goes along, one part a turn, which come after the status among the inputs of its body. The node has them whole, as its inputs
 * `along 0`, …, and how many turns there are as its input `turns`; what rows share are sums then.
 */
export interface Along {
  readonly count: number
  readonly reverse: boolean
  /** Whether the states before each turn are kept: the node then has one more output for each. */
  readonly trail: boolean
}

/** Inputs of a body that its iteration has otherwise than by their numbers: the status, and parts of what it goes along. */
export const ownInputs = ({ along }: Iteration): number => 1 + (along?.count ?? 0)

export const iterationOf = (node: Node): Iteration | undefined =>
  node.kernel === ITERATE ? (node.attrs as unknown as Iteration) : undefined

/** What a node repeats: an iteration, or what is done with one value after another. */
export const bodyOf = (node: Node): Graph | undefined => node.attrs.body as Graph | undefined

/** `held` in the rows where `stopped` is positive, `moving` elsewhere. */
function heldWhere(stopped: tf.Tensor, held: tf.Tensor, moving: tf.Tensor): tf.Tensor {
  const perRow = tf.reshape(stopped, [...stopped.shape, ...Array<number>(held.rank - stopped.rank).fill(1)])
  return tf.where(tf.greater(tf.add(perRow, tf.fill(held.shape, 0)), 0), held, moving)
}

const mask = (condition: tf.Tensor): tf.Tensor => tf.cast(condition, 'float32')

/** What is kept from one turn to the next after a step, as `iterate` keeps it: rows that are done are held. */
export function turnOf(
  { state, shared }: Required<Pick<IterateOptions, 'state' | 'shared'>>,
  status: tf.Tensor,
  taken: IterationStep,
): tf.Tensor[] {
  const done = mask(taken.done)
  const ended = taken.failed ? tf.add(done, tf.mul(mask(taken.failed), tf.sub(2, done))) : done
  return [
    ...taken.state.map((next, i) => heldWhere(status, state[i]!, next)),
    ...(taken.shared ?? shared),
    heldWhere(status, status, ended),
    ...(taken.record ? [taken.record] : []),
  ]
}
