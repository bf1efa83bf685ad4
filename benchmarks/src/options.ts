import { parseArgs } from 'node:util'
import { WORKS, type Work } from './works.js'

/** What whoever runs the benchmarks can put right; told in one line. */
export class UsageError extends Error {}

export interface Options {
  readonly mode: 'compare' | 'list' | 'growth' | 'memory' | 'reversible' | 'help'
  readonly works: readonly Work[]
  readonly rounds: number
  readonly seconds: number
  readonly peers: boolean
  /** Of the peers; undefined: as their libraries do by default. */
  readonly threads: number | undefined
  readonly json: string | undefined
  /** How many calls `--memory` makes. */
  readonly calls: number
}

export const HELP = `pnpm bench [options]: times our flows beside others on the same work, in turn

  --peers              beside zuko, nflows, normflows and FlowJAX too, in a Python environment that is made when first needed
  --peer-threads <n>   processors that the peers may use (default all)
  --only <names>       only works whose name has one of these, separated by commas, in it
  --rounds <n>         how often each is measured (default 5)
  --seconds <s>        how long each time (default 0.5)
  --json <file>        writes everything that was measured
  --list               names the works
  --growth             how time and memory grow with rows, dimensions and layers
  --memory             that memory does not grow over many calls
  --calls <n>          how many (default 10000)
  --reversible         steps that recompute what layers were given, beside steps that keep it: memory, time, exactness
  --help`

/** Reads the command line. */
export function parseOptions(args: readonly string[]): Options {
  // as npm's habit is, some write -- before options for pnpm too
  const { values } = parsed(args[0] === '--' ? args.slice(1) : [...args])
  const modes = (['help', 'list', 'growth', 'memory', 'reversible'] as const).filter((mode) => values[mode])
  if (modes.length > 1 && modes[0] !== 'help')
    throw new UsageError(`--${modes[0]} and --${modes[1]} are different runs; choose one`)
  const mode = modes[0] ?? 'compare'
  if (values.peers && mode !== 'compare') throw new UsageError(`--peers does not go with --${mode}`)
  return {
    mode,
    works: chosen(values.only ?? []),
    rounds: positive('rounds', values.rounds ?? '5', true),
    seconds: positive('seconds', values.seconds ?? '0.5', false),
    peers: values.peers ?? false,
    threads: values['peer-threads'] === undefined ? undefined : positive('peer-threads', values['peer-threads'], true),
    json: values.json,
    calls: positive('calls', values.calls ?? '10000', true),
  }
}

function parsed(args: string[]) {
  const flag = { type: 'boolean' } as const
  const text = { type: 'string' } as const
  const options = {
    ...{ peers: flag, list: flag, growth: flag, memory: flag, reversible: flag, help: flag },
    ...{ rounds: text, seconds: text, json: text, calls: text, 'peer-threads': text },
    only: { type: 'string', multiple: true },
  } as const
  try {
    return parseArgs({ args, options })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\n|\. /)[0]}; --help tells what there is`)
  }
}

function positive(name: string, text: string, whole: boolean): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0 && (!whole || Number.isInteger(value))) return value
  throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number above 0, not '${text}'`)
}

function chosen(only: readonly string[]): readonly Work[] {
  const parts = only.flatMap((part) => part.split(',')).map((part) => part.trim().toLowerCase())
  for (const part of parts)
    if (part === '' || !WORKS.some(({ name }) => name.includes(part)))
      throw new UsageError(`no work is called '${part}'; --list names them`)
  return parts.length === 0 ? WORKS : WORKS.filter(({ name }) => parts.some((part) => name.includes(part)))
}
