import type { Report } from './compare.js'
import type { Options } from './options.js'
import { Contender } from './processes/contender.js'
import { COMPILED, NATIVE } from './processes/contenders.js'
import type { Mark, Timing } from './protocol.js'
import { describeMachine, loadNow, machineText } from './report/machine.js'
import { WORKS } from './works.js'

const NAMES = ['realnvp2-step', 'realnvp2-logprob-256', 'realnvp2-sample-256']

/** What a process holds at 1 %, 10 % and all of so many calls. */
export const marksOf = (calls: number): number[] => [...new Set([Math.ceil(calls / 100), Math.ceil(calls / 10), calls])]

/** That the memory of compiled programs and graphs does not grow over many calls. */
export async function memory(
  { calls }: Pick<Options, 'calls'>,
  tell: (line: string) => void,
  names: readonly string[] = NAMES,
): Promise<Report> {
  const load = loadNow()
  const contenders = [...COMPILED, NATIVE].map((command) => new Contender(command))
  const found: { what: string; contender: string; answer: Timing }[] = []
  for (const work of WORKS.filter(({ name }) => names.includes(name)))
    for (const contender of contenders.filter((one) => one.does(work.kind))) {
      const answer = await contender.ask({ work, seconds: 0, marks: marksOf(calls) })
      // a process of its own, so that one work's memory is not another's
      contender.close()
      found.push({ what: work.what, contender: contender.name, answer })
      tell(`${contender.name}: ${work.what}`)
    }
  const machine = describeMachine(contenders, load)
  const texts = found.map(({ what, contender, answer }) => memoryText(`${what}, ${contender}`, answer))
  return { text: [machineText(machine), ...texts].join('\n\n'), data: { machine, found } }
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** One work's marks. */
export function memoryText(title: string, { marks, bytes, error }: Timing): string {
  if (!marks) return `${title}\n  failed: ${error}`
  const line = ({ calls, resident, heap, tensors }: Mark): string =>
    `  after ${calls.toLocaleString('en').padStart(7)} calls: ${mebibytes(resident)} resident, ${mebibytes(heap)} on the heap${tensors === undefined ? '' : `, ${tensors} tensors`}`
  const planned = bytes === undefined ? '' : `; planned ${mebibytes(bytes)}`
  return [`${title}${planned}`, ...marks.map(line)].join('\n')
}
