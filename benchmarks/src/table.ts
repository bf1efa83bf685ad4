import type { Timing } from './works.js'

interface Machine {
  readonly processor: string
  readonly cores: number
  readonly node: string
  readonly load: number
}

/** All timings of one work, by contender. */
export interface Result {
  readonly what: string
  readonly contenders: Readonly<Record<string, readonly Timing[]>>
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const of = (timings: readonly Timing[], key: 'ms' | 'cpuMs'): number[] =>
  timings.flatMap((timing) => (timing[key] === undefined ? [] : [timing[key]]))

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

/** Medians over the rounds and ratios to the first contender, as text. */
export function table(machine: Machine, results: readonly Result[]): string {
  const lines = [
    `${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load.toFixed(1)}`,
    'milliseconds a run: median of the rounds (least; processor time), and the median as a multiple of the first',
    '',
  ]
  for (const { what, contenders } of results) {
    lines.push(what)
    const first = of(Object.values(contenders)[0] ?? [], 'ms')
    for (const [name, timings] of Object.entries(contenders)) {
      const wall = of(timings, 'ms')
      if (wall.length === 0) {
        const error = timings.find((timing) => timing.error)?.error
        if (error) lines.push(`  ${name.padEnd(14)} failed: ${error}`)
        continue
      }
      const ratio = first.length > 0 ? `${(median(wall) / median(first)).toFixed(1)}×` : ''
      lines.push(
        `  ${name.padEnd(14)} ${number(median(wall)).padStart(8)}  (${number(Math.min(...wall))}; ${number(median(of(timings, 'cpuMs')))})`.padEnd(
          52,
        ) + ratio,
      )
    }
  }
  return lines.join('\n')
}
