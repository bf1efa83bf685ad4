import { EbbflowError, located, type Rng, valueAndGradients, withChecks } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Block, tensorsOf } from './batches/dataset.js'
import { lossBatch, meanNll } from './loss.js'
import type { StepSetting } from './setting.js'
import type { Trainable } from './trainable.js'

/**
 * The error for a loss or gradient that is not finite: the batch is run again with every layer checked, and the first one whose
 * values are not finite is named, or else the row without density, or else the parameter whose gradient it is.
 */
export function diagnose<F extends Trainable>(
  setting: StepSetting<F>,
  block: Block,
  step: number,
  loss: number,
  rng: Rng,
): EbbflowError {
  const findings: Finding[] = []
  tf.tidy(() => {
    findings.push(find(setting, block, rng))
  })
  const finding = findings[0]!
  const what = Number.isFinite(loss) ? 'a gradient' : 'the loss'
  const error = new EbbflowError('not-finite', `${what} is not finite at step ${step}: ${finding.text}`, {
    received: String(loss),
    cause: finding.cause,
  })
  return finding.path ? error.at(finding.path) : error
}

type Finding = { text: string; path?: string | undefined; cause?: unknown }

function find<F extends Trainable>(setting: StepSetting<F>, block: Block, rng: Rng): Finding {
  const { flow, extraLoss } = setting
  const batch = lossBatch(tensorsOf(block), rng)
  try {
    withChecks(() => tf.tidy(() => flow.logProbIn(batch.x, batch.call)).dispose())
  } catch (thrown) {
    const error = located(thrown, flow)
    if (!(error instanceof EbbflowError)) throw error
    // the layer's own message without its path, which the new error carries
    const text = error.path ? error.message.slice(error.path.length + 2) : error.message
    return { text: `${text} of the batch`, path: error.path, cause: error }
  }
  const logProb = flow.logProbIn(batch.x, batch.call).dataSync()
  const row = logProb.findIndex((value) => !Number.isFinite(value))
  if (row >= 0) {
    const place = block.index ? `row ${block.index[row]} of the data` : `row ${row} of the batch`
    return { text: `${place} has log-density ${logProb[row]}` }
  }
  const { value, gradients } = valueAndGradients(
    () => (extraLoss ? tf.add(meanNll(flow, batch), extraLoss(flow, batch)) : meanNll(flow, batch)),
    [...setting.parameters.values()].map((slot) => slot.value),
  )
  const at = gradients.findIndex((gradient) => gradient.dataSync().some((g) => !Number.isFinite(g)))
  const path = [...setting.parameters.keys()][at]
  if (at >= 0 && Number.isFinite(value.dataSync()[0]!)) return { text: `that of parameter ${path}`, path }
  if (at < 0 && setting.memory === 'reversible')
    return { text: "a layer's input could not be recomputed; memory: 'ordinary' keeps it" }
  return { text: extraLoss ? 'the extra loss term' : 'the sum over the batch overflows' }
}
