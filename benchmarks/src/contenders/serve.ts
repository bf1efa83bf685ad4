import { createInterface } from 'node:readline'
import type { Greeting, Mark, Order, Timing } from '../protocol.js'
import type { Work } from '../works.js'

/** A work that has been set up. */
export interface Ready extends Pick<Timing, 'parameters' | 'bytes' | 'check'> {
  /** Does it once. */
  readonly run: () => undefined | Promise<void>
}

/** Sets a work up; undefined where the contender does not do it. */
export type SetUp = (work: Work) => Ready | undefined

/** Warming up a run that takes longer would teach it nothing. */
const LONG = 5000

async function measure({ run }: Ready, seconds: number): Promise<{ ms: number; cpuMs: number; runs: number }> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  let runs = 0
  let passed = 0
  do {
    const waiting = run()
    if (waiting) await waiting
    runs += 1
    passed = performance.now() - began
  } while (passed < 1000 * seconds)
  const { user, system } = process.cpuUsage(cpu)
  return { ms: passed / runs, cpuMs: (user + system) / 1000 / runs, runs }
}

/** Memory after so many calls. */
async function watch({ run }: Ready, marks: readonly number[], tensors?: () => number): Promise<Mark[]> {
  const found: Mark[] = []
  for (let calls = 1; calls <= Math.max(...marks); calls++) {
    const waiting = run()
    if (waiting) await waiting
    if (!marks.includes(calls)) continue
    globalThis.gc?.()
    const { rss, heapUsed } = process.memoryUsage()
    found.push({ calls, resident: rss, heap: heapUsed, ...(tensors && { tensors: tensors() }) })
  }
  return found
}

const say = (line: Greeting | Timing): boolean => process.stdout.write(`${JSON.stringify(line)}\n`)

/** Answers orders, one a line on standard input, with timings, one a line on standard output. */
export async function serve(greeting: Greeting, setUp: SetUp, tensors?: () => number): Promise<void> {
  say(greeting)
  const known = new Map<string, Ready | undefined>()
  const answer = async ({ work, seconds, cold, marks }: Order): Promise<Timing> => {
    const warm = known.has(work.name)
    if (!warm) known.set(work.name, setUp(work))
    const ready = known.get(work.name)
    if (!ready) return {}
    const { run: _, ...about } = ready
    if (marks) return { ...about, marks: await watch(ready, marks, tensors) }
    if (!warm && !cold) {
      const first = await measure(ready, seconds)
      if (first.ms > LONG) return { ...about, ...first }
    }
    return { ...about, ...(await measure(ready, cold ? 0 : seconds)) }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say(await answer(JSON.parse(line) as Order))
    } catch (error) {
      say({ error: error instanceof Error ? error.message : String(error) })
    }
  }
  // what works in the background must not keep it alive
  process.exit()
}
