import {
  type Bijector,
  type Call,
  customRule,
  located,
  type Mapped,
  type Memo,
  type Slot,
  taping,
  untaped,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Backward, type Found, unpacked } from './backward.js'
import { type Step, stretchesOf, through } from './steps.js'

/**
 * Runs steps, at least one, one after another as a function whose gradients take memory that does not grow with their number: kept are its
 * input and its value; backwards each step's input is recomputed from its value by the other direction, and what the step computed from that
 * (Gomez et al. 2017, arXiv 1707.04585, section 3.2).
 *
 * - Of a step that goes back by iteration, or is `illConditioned`, the input is kept, and only what it computed is computed again.
 * - One that is itself iterative runs as ever, for solvers keep little; so does one that has chains within it, which see to theirs.
 * - Random numbers are drawn again, by generators in the same state; what layers `remember` of the batch is kept, and they go back by it.
 * - Gradients of gradients are those of the ordinary way, in its memory.
 */
export function reversibly(owner: Bijector, steps: readonly Step[], x: tf.Tensor, call: Call): Mapped {
  let value = x
  let total: tf.Tensor | undefined
  for (const { plain, steps: some } of stretchesOf(steps)) {
    const mapped = plain ? through(some, value, () => call) : recomputed(owner, some, value, call)
    value = mapped.value
    total = total ? tf.add(total, mapped.logDet) : mapped.logDet
  }
  return { value, logDet: total! }
}

/** A stretch of steps, of which its input, its value and what the batch was found to be are kept. */
function recomputed(owner: Bijector, steps: readonly Step[], x: tf.Tensor, call: Call): Mapped {
  const slots = [...new Set(steps.flatMap(({ layer }) => [...layer.slots().values()]))]
  const found: Found[] = []
  try {
    const result = untaped(() =>
      through(steps, x, () => {
        const memo: Memo = new Map()
        found.push({ rng: call.rng?.copy(), memo })
        return { ...call, memo }
      }),
    )
    const { updates: _, memo: __, ...plain } = call
    const parts = {
      x: [x],
      // the input of the first step is there anyway
      value: steps.length > 1 ? [result.value] : [],
      context: call.context ? [call.context] : [],
      slots: slots.map((slot) => slot.value),
      found: found.flatMap(({ memo }) => [...memo.values()].flat()),
    }
    const run = customRule<tf.Tensor[]>(
      () => [result.value, result.logDet],
      ({ dy: [dValue, dLogDet], inputs }) => {
        const saved = unpacked(parts, inputs)
        const back = new Backward(steps, found, plain, slots, saved)
        try {
          const gradient = withValues(slots, saved.slots, () =>
            taping() ? back.ordinary(dValue!, dLogDet!) : back.walk(dValue!, dLogDet!),
          )
          return [
            gradient.x,
            ...saved.value.map(() => null),
            ...gradient.context,
            ...gradient.slots,
            ...saved.found.map(() => null),
          ]
        } catch (error) {
          throw located(error, owner)
        }
      },
    )
    const [value, logDet] = run(Object.values(parts).flat())
    return { value: value!, logDet: logDet! }
  } finally {
    for (const { memo } of found) tf.dispose([...memo.values()].flat())
  }
}

/** Runs `body` with other values in the place of some slots. */
function withValues<T>(slots: readonly Slot[], values: readonly tf.Tensor[], body: () => T): T {
  const before = slots.map((slot, i) => slot.override(values[i]!))
  try {
    return body()
  } finally {
    for (const [i, slot] of slots.entries()) slot.override(before[i])
  }
}
