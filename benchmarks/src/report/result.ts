import type { Timing } from '../protocol.js'

/** All timings of one work, by contender, one a round. */
export interface Result {
  readonly name: string
  readonly what: string
  readonly contenders: Readonly<Record<string, readonly Timing[]>>
}

/** The middle value, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The numbers of one kind among timings. */
export const valuesOf = (timings: readonly Timing[], key: 'ms' | 'cpuMs'): number[] =>
  timings.flatMap((timing) => (timing[key] === undefined ? [] : [timing[key]]))

/** Median milliseconds of a contender at a work; undefined where it was not measured. */
export function msOf(results: readonly Result[], work: string, contender: string): number | undefined {
  const timings = results.find(({ name }) => name === work)?.contenders[contender] ?? []
  const values = valuesOf(timings, 'ms')
  return values.length === 0 ? undefined : median(values)
}

/** Three digits, more where they stand before the point. */
export const digits = (value: number): string =>
  value >= 100
    ? value.toFixed(0)
    : value >= 10
      ? value.toFixed(1)
      : value >= 1
        ? value.toFixed(2)
        : value.toPrecision(2)
