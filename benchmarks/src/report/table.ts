import type { Timing } from '../protocol.js'
import { digits, median, type Result, valuesOf } from './result.js'
import { type Verdict, verdictText } from './targets.js'

/** Where contenders' results may differ by rounding, relative to 1. */
const AGREES = 1e-3

/** Medians over the rounds, and multiples of the first contender, as text. */
export function timesText(results: readonly Result[]): string {
  const names = results.flatMap(({ contenders }) => Object.keys(contenders))
  const wide = Math.max(...names.map((name) => name.length))
  const lines = ['milliseconds a run: median of the rounds (least; processor time), and as a multiple of our first', '']
  for (const { name: work, what, contenders } of results) {
    lines.push(what)
    const entries = Object.entries(contenders)
    const first = median(valuesOf(entries[0]?.[1] ?? [], 'ms'))
    const check = entries[0]?.[1][0]?.check
    for (const [name, timings] of entries) {
      const wall = valuesOf(timings, 'ms')
      if (wall.length === 0) {
        const error = timings.find((timing) => timing.error)?.error
        if (error) lines.push(`  ${name.padEnd(wide)}  failed: ${error}`)
        continue
      }
      const times = `${digits(median(wall)).padStart(9)}  (${digits(Math.min(...wall))}; ${digits(median(valuesOf(timings, 'cpuMs')))})`
      const ratio = Number.isFinite(first) ? `${digits(median(wall) / first)} ×` : ''
      lines.push(
        `  ${name.padEnd(wide)} ${times.padEnd(34)}${ratio.padStart(8)}${remarks(timings[0]!, work.endsWith('-step'), check)}`,
      )
    }
  }
  return lines.join('\n')
}

function remarks({ parameters, check, bytes }: Timing, shown: boolean, expected: number | undefined): string {
  const said = []
  if (parameters !== undefined && shown) said.push(`${parameters.toLocaleString('en')} parameters`)
  if (bytes !== undefined) said.push(`${(bytes / 2 ** 20).toFixed(1)} MiB planned`)
  if (check !== undefined && expected !== undefined && !agrees(check, expected))
    said.push(`COMPUTES SOMETHING ELSE: ${check} for ${expected}`)
  return said.length === 0 ? '' : `  ${said.join(', ')}`
}

/** Whether two contenders with the same parameters found the same. */
export const agrees = (a: number, b: number): boolean =>
  Math.abs(a - b) <= AGREES * Math.max(1, Math.abs(a), Math.abs(b))

/** One line a target, and how many are met; those without a value only where peers were asked for. */
export function targetsText(all: readonly Verdict[], peers: boolean): string {
  const verdicts = all.filter(({ value }) => peers || value !== undefined)
  const bound = ({ target: { most, of } }: Verdict): string => {
    if (!of) return `≤ ${most} ms`
    return `≤ ${most} × ${'ownWork' in of ? `own ${of.ownWork}` : of.contender}${'work' in of && of.work.endsWith('-gradients') ? "'s gradients" : ''}`
  }
  const value = ({ value, target: { of } }: Verdict): string =>
    value === undefined ? '' : `${digits(value)} ${of ? '×' : 'ms'}`
  const rows = verdicts.map((verdict) => [
    verdict.target.level,
    verdict.target.work,
    bound(verdict),
    value(verdict),
    verdict.engine ?? '',
    verdictText(verdict),
  ])
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)))
  const counted = (level: 'must' | 'goal'): string => {
    const of = all.filter(({ target }) => target.level === level)
    const measured = of.filter(({ met }) => met !== undefined)
    const met = measured.filter((verdict) => verdict.met).length
    return `${level}s: ${met} of ${measured.length} measured met, ${of.length - measured.length} not measured${peers ? '' : ' (--peers)'}`
  }
  return [
    'targets: our fastest compiled engine, for MAF our fastest engine of all, against the bound',
    '',
    ...rows.map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    '',
    counted('must'),
    counted('goal'),
  ].join('\n')
}
