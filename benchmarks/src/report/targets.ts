import { digits, msOf, type Result } from './result.js'

/** A bound on a work's time: a multiple of another time, or milliseconds. */
export interface Target {
  readonly level: 'must' | 'goal'
  readonly work: string
  readonly most: number
  /** What it is a multiple of, another contender or our fastest at another work; without, `most` is in milliseconds. */
  readonly of?: { readonly contender: string; readonly work: string } | { readonly ownWork: string }
  /** Which of our engines count: the compiled ones, or any that the machine has. */
  readonly engines: 'compiled' | 'any'
}

export interface Verdict {
  readonly target: Target
  /** Our fastest engine of those that count. */
  readonly engine?: string
  readonly ms?: number
  /** In the unit of the target: a multiple, or milliseconds. */
  readonly value?: number
  readonly met?: boolean
  /** What was not measured, so that there is no value. */
  readonly missing?: string
}

type Bounds = readonly [must: number | undefined, goal?: number]

const against =
  (engines: Target['engines']) =>
  (work: string, contender: string, [must, goal]: Bounds, other = work): Target[] => {
    const of = { contender, work: other }
    return [
      ...(must === undefined ? [] : [{ level: 'must' as const, work, most: must, of, engines }]),
      ...(goal === undefined ? [] : [{ level: 'goal' as const, work, most: goal, of, engines }]),
    ]
  }

const compiled = against('compiled')
const anyEngine = against('any')
const DENSITIES = ['realnvp2', 'nsf2'].flatMap((model) =>
  ['logprob', 'sample'].flatMap((kind) => [256, 65_536].map((rows) => `${model}-${kind}-${rows}`)),
)

/** What the compiler is held to. */
export const TARGETS: readonly Target[] = [
  ...compiled('realnvp2-step', 'zuko', [0.3]),
  ...compiled('realnvp2-step', 'jax-js', [0.25]),
  // the harder of two readings: a whole step of ours against its gradients alone
  ...compiled('realnvp2-step', 'jax-js', [0.25], 'realnvp2-gradients'),
  ...compiled('realnvp2-step', 'tfjs by hand', [0.05]),
  ...compiled('realnvp2-step', 'FlowJAX', [0.9, 0.5]),
  ...compiled('nsf2-step', 'zuko', [0.25]),
  ...compiled('nsf2-step', 'normflows', [0.1]),
  ...compiled('nsf2-step', 'FlowJAX', [1.2, 0.7]),
  ...anyEngine('maf64-step', 'zuko', [1.2, 0.6]),
  ...anyEngine('maf64-logprob-65536', 'zuko', [1, 0.6]),
  ...anyEngine('maf64-sample-4096', 'zuko', [0.1]),
  { level: 'goal', work: 'maf64-sample-4096', most: 3, of: { ownWork: 'maf64-logprob-4096' }, engines: 'any' },
  { level: 'must', work: 'emerging-inverse', most: 5, of: { ownWork: 'emerging-forward' }, engines: 'compiled' },
  { level: 'goal', work: 'emerging-inverse', most: 2, of: { ownWork: 'emerging-forward' }, engines: 'compiled' },
  ...compiled('glow28-step', 'normflows', [1, 0.5]),
  ...DENSITIES.flatMap((work) => [...compiled(work, 'zuko', [1]), ...compiled(work, 'FlowJAX', [undefined, 1])]),
  ...['realnvp2-compile', 'realnvp2-compile-first'].flatMap((work) => [
    { level: 'must' as const, work, most: 150, engines: 'compiled' as const },
    { level: 'goal' as const, work, most: 50, engines: 'compiled' as const },
  ]),
]

/** Our engines, by name. */
export interface Engines {
  readonly compiled: readonly string[]
  readonly any: readonly string[]
}

function fastest(results: readonly Result[], work: string, engines: readonly string[]) {
  let best: { engine: string; ms: number } | undefined
  for (const engine of engines) {
    const ms = msOf(results, work, engine)
    if (ms !== undefined && !(best && best.ms <= ms)) best = { engine, ms }
  }
  return best
}

/** Holds what was measured against a target. */
export function judge(target: Target, results: readonly Result[], engines: Engines): Verdict {
  const ours = fastest(results, target.work, engines[target.engines])
  if (!ours) return { target, missing: 'ours' }
  const { of } = target
  if (!of) return { target, ...ours, value: ours.ms, met: ours.ms <= target.most }
  const unit =
    'ownWork' in of ? fastest(results, of.ownWork, engines[target.engines])?.ms : msOf(results, of.work, of.contender)
  if (unit === undefined)
    return { target, ...ours, missing: 'ownWork' in of ? of.ownWork : `${of.contender} at ${of.work}` }
  const value = ours.ms / unit
  return { target, ...ours, value, met: value <= target.most }
}

/** Whether it is met, and by how much. */
export function verdictText({ target, value, met, missing }: Verdict): string {
  if (value === undefined) return `not measured: ${missing}`
  const ratio = met ? target.most / value : value / target.most
  return `${met ? 'met' : 'NOT MET'}, ${digits(ratio)} times ${met ? 'under' : 'over'} it`
}
