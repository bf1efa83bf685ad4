import type { Contender } from './processes/contender.js'
import type { Timing } from './protocol.js'
import type { Result } from './report/result.js'
import type { Work } from './works.js'

/** Of runs that take longer, in milliseconds, two are enough. */
const LONG = 5000

/**
 * Measures works in rounds, in each of which every contender has its turn, so that what else the machine does meets all alike. All are
 * processes that live on, and warm up before they are measured; only what is about fresh processes gets them.
 */
export async function measureInRounds(
  works: readonly Work[],
  contenders: readonly Contender[],
  { rounds, seconds }: { rounds: number; seconds: number },
  tell: (line: string) => void,
): Promise<Result[]> {
  const results: Result[] = []
  for (const [i, work] of works.entries()) {
    const able = contenders.filter((contender) => contender.does(work.kind))
    const timings = new Map<string, Timing[]>(able.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round++)
      for (const contender of able) {
        const sofar = timings.get(contender.name)!
        // what it does not do, or failed at, it need not be asked again, nor often what takes long
        if (round > 0 && sofar[0]!.ms === undefined) continue
        if (round > 1 && sofar[0]!.ms! > LONG) continue
        if (work.fresh) contender.close()
        sofar.push(await contender.ask({ work, seconds, cold: work.fresh ?? false }))
      }
    results.push({ name: work.name, what: work.what, contenders: Object.fromEntries(timings) })
    tell(`${i + 1}/${works.length} ${work.what}`)
  }
  return results
}
