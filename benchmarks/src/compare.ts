import type { Options } from './options.js'
import { Contender } from './processes/contender.js'
import { ENGINES, inJavaScript, inPython } from './processes/contenders.js'
import { peersPython } from './processes/python.js'
import { describeMachine, loadNow, machineText } from './report/machine.js'
import { median, valuesOf } from './report/result.js'
import { targetsText, timesText } from './report/table.js'
import { judge, TARGETS } from './report/targets.js'
import { measureInRounds } from './rounds.js'

/** What a run prints, and what it writes as JSON. */
export interface Report {
  readonly text: string
  readonly data: unknown
}

/** Starts contenders, and closes those that are not there, saying why. */
async function started(contenders: readonly Contender[], tell: (line: string) => void): Promise<Contender[]> {
  const present: Contender[] = []
  for (const contender of contenders) {
    const greeting = await contender.start()
    if ('absent' in greeting) {
      tell(`left out: ${contender.name}, since ${greeting.absent}`)
      contender.close()
    } else present.push(contender)
  }
  return present
}

/** Every contender at every work that is asked for, in turn. */
export async function compare(options: Options, tell: (line: string) => void): Promise<Report> {
  const { works, peers, threads, rounds, seconds } = options
  const load = loadNow()
  const python = peers ? inPython(peersPython(tell), threads) : []
  const all = [...(await inJavaScript()), ...python].map((command) => new Contender(command))
  const contenders = await started(all, tell)
  try {
    const results = await measureInRounds(works, contenders, { rounds, seconds }, tell)
    const machine = describeMachine(contenders, load)
    const verdicts = TARGETS.filter(({ work }) => works.some(({ name }) => name === work)).map((target) =>
      judge(target, results, ENGINES),
    )
    const targets = verdicts.length === 0 ? [] : ['', targetsText(verdicts, peers)]
    return {
      text: [machineText(machine), '', timesText(results), ...targets].join('\n'),
      data: {
        machine,
        settings: { rounds, seconds },
        results: results.map(({ name, what, contenders }) => ({
          name,
          what,
          medianMs: Object.fromEntries(
            Object.entries(contenders).flatMap(([contender, timings]) => {
              const ms = median(valuesOf(timings, 'ms'))
              return Number.isNaN(ms) ? [] : [[contender, ms]]
            }),
          ),
          rounds: contenders,
        })),
        targets: verdicts,
      },
    }
  } finally {
    for (const contender of contenders) contender.close()
  }
}
