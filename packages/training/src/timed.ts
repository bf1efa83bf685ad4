import type { StepEngine } from './options.js'
import type { Choosable, Stepper } from './stepper.js'

/** Steps that one engine makes before it is the other's turn; the first reads what the other has written, and is not timed. */
const TURN = 3
/** Turns of each engine. */
const TURNS = 2

/**
 * A stepper that makes its first steps by both engines in turn, times them, and keeps the faster by their medians. All are steps of the
 * fit; at each change the parameters, states and moments are handed over. Batches that the program does not take run eagerly, untimed.
 */
export function timedStepper(
  compiled: Choosable,
  eager: Stepper,
  now: () => number = () => performance.now(),
): Stepper {
  const times: Record<StepEngine, number[]> = { compiled: [], eager: [] }
  let current: Stepper = compiled
  let kept: StepEngine | undefined
  let made = 0

  const keep = (engine: StepEngine): void => {
    kept = engine
    current = engine === 'compiled' ? compiled : eager
    if (engine === 'eager') compiled.close()
  }

  const handOver = (): void => {
    current.sync()
    if (made === 2 * TURNS * TURN) keep(median(times.compiled) <= median(times.eager) ? 'compiled' : 'eager')
    else current = current === compiled ? eager : compiled
  }

  return {
    get engine() {
      return current.engine
    },
    get threads() {
      return current.threads
    },
    get kept() {
      return kept
    },
    get density() {
      return kept && current.density
    },
    step: (block, ...rest) => {
      if (kept) return current.step(block, ...rest)
      if (!compiled.takes(block)) {
        current.sync()
        return eager.step(block, ...rest)
      }
      const began = now()
      const result = current.step(block, ...rest)
      if (made % TURN > 0) times[current.engine].push(now() - began)
      made += 1
      if (made % TURN === 0) handOver()
      return result
    },
    sync: () => current.sync(),
    close: () => {
      if (kept !== 'eager') compiled.close()
    },
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}
