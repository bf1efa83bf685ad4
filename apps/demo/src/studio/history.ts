import type { Progress } from '../worker/protocol.js'

/** A curve of the training so far. */
export interface History {
  readonly steps: readonly number[]
  readonly train: readonly number[]
  /** NaN where nothing new was measured. */
  readonly held: readonly number[]
}

export const EMPTY: History = { steps: [], train: [], held: [] }

/** Most points kept; then every second one goes. */
const MOST = 600

/** The history with one more report; a report of a step before the last begins anew from there. */
export function extended(history: History, { step, trainNll, heldNll }: Progress): History {
  if (!Number.isFinite(trainNll)) return history
  const keep = history.steps.findIndex((known) => known >= step)
  const end = keep < 0 ? history.steps.length : keep
  const pick = (values: readonly number[]): number[] => {
    const kept = values.slice(0, end)
    return kept.length < MOST ? kept : kept.filter((_, i) => i % 2 === 0)
  }
  // a report repeats the likelihood that was measured last
  const known = history.held.slice(0, end).findLast((value) => !Number.isNaN(value))
  return {
    steps: [...pick(history.steps), step],
    train: [...pick(history.train), trainNll],
    held: [...pick(history.held), heldNll === undefined || heldNll === known ? Number.NaN : heldNll],
  }
}
