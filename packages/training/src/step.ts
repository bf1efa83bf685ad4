import { commit, discard, type Rng, type Slot, valueAndGradients } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Block, tensorsOf } from './batches/dataset.js'
import { diagnose } from './diagnose.js'
import { lossBatch, meanNll } from './loss.js'
import { applyGradients } from './optimiser/apply.js'
import type { StepSetting } from './setting.js'
import type { Trainable } from './trainable.js'

/** What a step found before it changed the parameters. */
export interface StepResult {
  /** Mean negative log-likelihood of the batch, in nats, extra terms left out. */
  readonly nll: number
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number
}

/**
 * One step of training: the batch's loss, its gradients, the update, and the new states.
 *
 * @throws EbbflowError `not-finite` when the loss or a gradient is not finite, naming the layer; nothing has been changed then.
 */
export function trainStep<F extends Trainable>(
  setting: StepSetting<F>,
  block: Block,
  step: number,
  learningRate: number,
  rng: Rng,
): StepResult {
  const { flow, parameters, optimiser, clipNorm, extraLoss, memory } = setting
  const updates = new Map<Slot, tf.Tensor>()
  const kept: tf.Tensor[] = []
  try {
    const { loss, nll, gradientNorm } = tf.tidy(() => {
      const batch = lossBatch(tensorsOf(block), rng, updates, memory)
      const { value, gradients } = valueAndGradients(
        () => {
          const nll = meanNll(flow, batch)
          if (!extraLoss) return nll
          kept.push(tf.keep(tf.clone(nll)))
          return tf.add(nll, extraLoss(flow, batch))
        },
        [...parameters.values()].map((slot) => slot.value),
      )
      const loss = value.dataSync()[0]!
      const gradientNorm = Number.isFinite(loss)
        ? applyGradients(optimiser, parameters, gradients, { learningRate, clipNorm })
        : Number.NaN
      return { loss, nll: kept[0]?.dataSync()[0] ?? loss, gradientNorm }
    })
    if (!Number.isFinite(gradientNorm)) throw diagnose(setting, block, step, loss, rng)
    commit(updates)
    return { nll, gradientNorm }
  } finally {
    for (const tensor of kept) tensor.dispose()
    discard(updates)
  }
}
