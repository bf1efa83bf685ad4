import type { Rng } from '@ebbflow/core'
import type { Block } from './batches/dataset.js'
import type { StepEngine } from './options.js'
import type { StepSetting } from './setting.js'
import { type StepResult, trainStep } from './step.js'
import type { Trainable } from './trainable.js'

/** What makes the steps of a fit. */
export interface Stepper {
  /** How its next step runs. */
  readonly engine: StepEngine
  /** Threads that are there to share its batches; absent for this one alone. */
  readonly threads?: number | undefined
  /** The engine that was the faster when both were timed, once that is known. */
  readonly kept?: StepEngine | undefined
  /** One step; as `trainStep`. */
  step(block: Block, step: number, learningRate: number, rng: Rng): StepResult
  /** The flow's densities without noise, by a program of their own; absent where the flow itself is to be asked. */
  readonly density?: Pick<Trainable, 'logProbIn'> | undefined
  /** Makes the flow and the optimiser show what the steps have come to. */
  sync(): void
  /** Ends what it holds. */
  close(): void
}

/** A stepper that can tell which batches its own engine runs. */
export interface Choosable extends Stepper {
  takes(block: Block): boolean
}

/** The stepper that runs one kernel after another. */
export const eagerStepper = <F extends Trainable>(setting: StepSetting<F>): Stepper => ({
  engine: 'eager',
  step: (...args) => trainStep(setting, ...args),
  sync: () => {},
  close: () => {},
})
