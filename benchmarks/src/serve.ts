import { createInterface } from 'node:readline'
import { type Order, type Timing, WORKS, type Work } from './works.js'

/** Sets a work up; what it returns runs it once. Undefined where the contender does not do it. */
export type SetUp = (work: Work) => (() => void) | undefined

function measure(run: () => void, seconds: number): Timing {
  const cpu = process.cpuUsage()
  const began = performance.now()
  let runs = 0
  let passed = 0
  do {
    run()
    runs += 1
    passed = performance.now() - began
  } while (passed < 1000 * seconds)
  const { user, system } = process.cpuUsage(cpu)
  return { ms: passed / runs, cpuMs: (user + system) / 1000 / runs, runs }
}

/** Answers orders, one a line on standard input, with timings, one a line on standard output. */
export async function serve(setUp: SetUp): Promise<void> {
  const ready = new Map<string, (() => void) | undefined>()
  for await (const line of createInterface({ input: process.stdin })) {
    const { work: name, seconds } = JSON.parse(line) as Order
    let answer: Timing = {}
    try {
      const work = WORKS.find((candidate) => candidate.name === name)
      if (work && !ready.has(name)) {
        const run = setUp(work)
        if (run) measure(run, seconds)
        ready.set(name, run)
      }
      const run = ready.get(name)
      if (run) answer = measure(run, seconds)
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) }
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}
