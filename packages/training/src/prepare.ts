import { commit, discard, type Rng, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Block, tensorsOf } from './batches/dataset.js'
import { lossBatch } from './loss.js'
import type { Trainable } from './trainable.js'

/**
 * Gives a flow its first values, those that it lacks; one without any also sets the layers that take theirs from data (ActNorm)
 * by the first mini-batch. A flow that has its values is left alone.
 */
export function prepare(flow: Trainable, block: Block | undefined, seed: number | string, rng: Rng): void {
  if (flow.initialised) return
  const fresh = [...flow.slots().values()].every((slot) => !slot.initialised)
  flow.init({ seed, onlyMissing: true })
  if (!fresh || !block) return
  const updates = new Map<Slot, tf.Tensor>()
  try {
    tf.tidy(() => {
      const { x, call } = lossBatch(tensorsOf(block), rng, updates)
      flow.logProbIn(x, { ...call, initialise: true })
    })
    commit(updates)
  } finally {
    discard(updates)
  }
}
