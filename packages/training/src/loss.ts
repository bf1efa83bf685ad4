import { type Call, EbbflowError, type Rng, type StateUpdates } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { BlockTensors } from './batches/dataset.js'
import type { Trainable } from './trainable.js'

/** What is kept for the backward pass of a step: what every layer computed, or little more than the flow's result. */
export type Memory = 'ordinary' | 'reversible'

/** A mini-batch as extra loss terms see it: x of shape `[batch, ...event]`, context `[batch, C]`, weights `[batch]`, and the call. */
export interface LossBatch extends BlockTensors {
  readonly call: Call
}

/** A term added to the mean negative log-likelihood: a scalar tensor. */
export type ExtraLoss<F extends Trainable = Trainable> = (flow: F, batch: LossBatch) => tf.Tensor

/** A training batch with the call that it is computed with. */
export function lossBatch(tensors: BlockTensors, rng: Rng, updates?: StateUpdates, memory?: Memory): LossBatch {
  const { context } = tensors
  const reversible = memory === 'reversible'
  const call = { mode: 'train', rng, ...(context && { context }), ...(updates && { updates }) } as const
  return { ...tensors, call: { ...call, ...(reversible && { reversible }) } }
}

/** −Σ wᵢ log p(xᵢ) / n, a scalar. */
export function meanNll(flow: Trainable, { x, weights, call }: LossBatch): tf.Tensor {
  const logProb = flow.logProbIn(x, call)
  if (logProb.rank !== 1 || logProb.shape[0] !== x.shape[0])
    throw new EbbflowError('shape', 'a flow to be fitted must give one log-density a row', {
      expected: `[${x.shape[0]}]`,
      received: `[${logProb.shape}]`,
    })
  return tf.neg(tf.mean(weights ? tf.mul(logProb, weights) : logProb))
}
