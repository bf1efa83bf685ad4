import { cpus, loadavg, release, totalmem, type } from 'node:os'
import type { Contender } from '../processes/contender.js'

export interface Machine {
  readonly processor: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  /** One-minute load average as the run begins and as it ends, which the run itself raises. */
  readonly load: readonly [number, number]
  readonly date: string
  /** Of each contender. */
  readonly contenders: Readonly<Record<string, { versions: Readonly<Record<string, string>>; threads: number }>>
}

/** The load average up to which little else runs. */
const QUIET = 0.5

export const loadNow = (): number => loadavg()[0]!

export function describeMachine(contenders: readonly Contender[], loadBefore: number): Machine {
  const greetings = contenders.flatMap(({ name, greeting }) =>
    greeting && 'versions' in greeting ? [[name, greeting] as const] : [],
  )
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    load: [loadBefore, loadNow()],
    date: new Date().toISOString(),
    contenders: Object.fromEntries(greetings),
  }
}

/** The machine in a few lines. */
export function machineText(machine: Machine): string {
  const { processor, cores, memoryGiB, system, node, load, contenders } = machine
  const most = Math.max(1, ...Object.values(contenders).map(({ threads }) => threads))
  const lines = [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node ${node}`,
    `load average ${load[0].toFixed(1)} before, ${load[1].toFixed(1)} after; the run itself is ${most === 1 ? '1' : `1 to ${most}`}`,
  ]
  if (load[0] > QUIET)
    lines.push(
      'NOT A QUIET MACHINE: whoever waits for others is slower, those with threads most; take no figure from this',
    )
  for (const [name, { versions, threads }] of Object.entries(contenders)) {
    const libraries = Object.entries(versions).map(([library, version]) => `${library} ${version}`)
    lines.push(`${name}: ${libraries.join(', ')}; ${threads} ${threads === 1 ? 'thread' : 'threads'}`)
  }
  return lines.join('\n')
}
