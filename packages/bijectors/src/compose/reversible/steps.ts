import { Bijector, type Call, type Mapped, type Module, sumEvent, taping } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

export type Direction = 'forward' | 'inverse'

/** A layer in a direction, as one of several that run one after another. */
export interface Step {
  readonly layer: Bijector
  readonly direction: Direction
  /** By how many dimensions the events of the whole exceed the layer's. */
  readonly extra: number
  /** Whether chains within it see to their memory themselves. */
  readonly composite: boolean
}

/** Steps of which only what the first is given is kept; or, plain, one that runs as ever. */
export interface Stretch {
  readonly plain: boolean
  readonly steps: Step[]
}

export function stretchesOf(steps: readonly Step[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const step of steps) {
    const plain = step.composite || step.layer.cost[step.direction] === 'iterative'
    const last = stretches.at(-1)
    if (last && !last.plain && !plain && goesBack(step)) last.steps.push(step)
    else stretches.push({ plain, steps: [step] })
  }
  return stretches
}

/** The way back. */
export const other = (direction: Direction): Direction => (direction === 'forward' ? 'inverse' : 'forward')

const goesBack = ({ layer, direction }: Step): boolean =>
  layer.cost[other(direction)] !== 'iterative' && !illConditioned(layer)

const illConditioned = (module: Module): boolean =>
  (module instanceof Bijector && module.illConditioned) || [...module.children.values()].some(illConditioned)

/** Steps one after another, each with a call of its own; off the tape what is needed no more is freed. */
export function through(steps: readonly Step[], x: tf.Tensor, callOf: (i: number) => Call): Mapped {
  let value = x
  let total: tf.Tensor | undefined
  for (const [i, { layer, direction, extra }] of steps.entries()) {
    const call = callOf(i)
    const mapped = direction === 'forward' ? layer.forwardAndLogDet(value, call) : layer.inverseAndLogDet(value, call)
    const logDet = sumEvent(mapped.logDet, extra)
    const sum = total ? tf.add(total, logDet) : logDet
    if (!taping())
      for (const used of [value, mapped.logDet, logDet, total]) if (used !== x && used !== sum) used?.dispose()
    value = mapped.value
    total = sum
  }
  return { value, logDet: total! }
}
