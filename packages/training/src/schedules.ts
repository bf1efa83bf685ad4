import { check } from '@ebbflow/core'

/**
 * The factor on the learning rate, as a function of how far the fit has come (0 at its first step, 1 at its end) and of the step.
 * A fit limited by time comes far by its share of time too.
 */
export type Schedule = (fraction: number, step: number) => number

/** Always 1. */
export const constant = (): Schedule => () => 1

/**
 * Half a cosine from 1 down to `final`: final + (1 − final)(1 + cos πf) / 2. Loshchilov & Hutter (2017), eq. 5, one cycle.
 */
export const cosine = ({ final = 0 }: { final?: number } = {}): Schedule => {
  unit(final, 'final')
  return (fraction) => final + ((1 - final) * (1 + Math.cos(Math.PI * clamp(fraction)))) / 2
}

/** A straight rise from a hundredth to 1 over the first `warmup` of the fit (a fraction), then half a cosine down to `final`. */
export const warmupCosine = ({ warmup = 0.05, final = 0 }: { warmup?: number; final?: number } = {}): Schedule => {
  check(warmup >= 0 && warmup < 1, 'warmup must lie in [0, 1)', { received: `${warmup}` })
  const fall = cosine({ final })
  return (fraction, step) =>
    fraction < warmup ? 0.01 + (0.99 * clamp(fraction)) / warmup : fall((fraction - warmup) / (1 - warmup), step)
}

/** Multiplied by `factor` each time another `every` of the fit (a fraction) is over. */
export const stepDecay = ({ every = 0.25, factor = 0.5 }: { every?: number; factor?: number } = {}): Schedule => {
  check(every > 0 && every <= 1, 'every must lie in (0, 1]', { received: `${every}` })
  unit(factor, 'factor')
  return (fraction) => factor ** Math.floor(clamp(fraction) / every + 1e-9)
}

/** A geometric fall from 1 to `final`: final^f. */
export const exponential = ({ final = 0.01 }: { final?: number } = {}): Schedule => {
  check(final > 0 && final <= 1, 'final must lie in (0, 1]', { received: `${final}` })
  return (fraction) => final ** clamp(fraction)
}

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction))

function unit(value: number, name: string): void {
  check(value >= 0 && value <= 1, `${name} must lie in [0, 1]`, { received: `${value}` })
}
