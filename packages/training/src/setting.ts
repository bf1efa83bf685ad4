import type { Slot } from '@ebbflow/core'
import type { ExtraLoss, Memory } from './loss.js'
import type { Optimiser } from './optimiser/optimiser.js'
import type { Trainable } from './trainable.js'

/** What does not change from step to step. */
export interface StepSetting<F extends Trainable> {
  readonly flow: F
  readonly parameters: ReadonlyMap<string, Slot>
  readonly optimiser: Optimiser
  readonly clipNorm: number
  readonly memory: Memory
  readonly extraLoss?: ExtraLoss<F> | undefined
}
