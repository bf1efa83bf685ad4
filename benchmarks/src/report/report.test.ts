import { describe, expect, it } from 'vitest'
import { WORKS } from '../works.js'
import { type Machine, machineText } from './machine.js'
import { digits, median, msOf, type Result } from './result.js'
import { agrees, targetsText, timesText } from './table.js'
import { judge, TARGETS, type Target, verdictText } from './targets.js'

const result = (name: string, contenders: Record<string, number[]>): Result => ({
  name,
  what: `work ${name}`,
  contenders: Object.fromEntries(
    Object.entries(contenders).map(([contender, values]) => [contender, values.map((ms) => ({ ms, cpuMs: 2 * ms }))]),
  ),
})

const ENGINES = { compiled: ['compiled', 'threads'], any: ['compiled', 'threads', 'native'] }

describe('medians', () => {
  it('are the middle of the rounds', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([10, 1, 2, 3])).toBe(2.5)
    expect(median([7])).toBe(7)
    expect(median([])).toBeNaN()
    const results = [result('a', { x: [9, 1, 2], y: [] })]
    expect(msOf(results, 'a', 'x')).toBe(2)
    expect(msOf(results, 'a', 'y')).toBeUndefined()
    expect(msOf(results, 'b', 'x')).toBeUndefined()
  })

  it('are told in three digits', () => {
    expect([1234.5, 99.94, 5.678, 0.12345, 0.001234].map(digits)).toEqual(['1235', '99.9', '5.68', '0.12', '0.0012'])
  })
})

describe('targets', () => {
  const target: Target = {
    level: 'must',
    work: 'a',
    most: 0.5,
    of: { contender: 'peer', work: 'a' },
    engines: 'compiled',
  }

  it('hold the fastest engine that counts against another contender', () => {
    const results = [result('a', { compiled: [4, 4], threads: [2, 2], native: [1], peer: [5, 5] })]
    expect(judge(target, results, ENGINES)).toEqual({ target, engine: 'threads', ms: 2, value: 0.4, met: true })
    expect(judge({ ...target, engines: 'any' }, results, ENGINES)).toMatchObject({ engine: 'native', value: 0.2 })
    const harder = judge({ ...target, most: 0.1 }, results, ENGINES)
    expect(harder).toMatchObject({ met: false })
    expect(verdictText(harder)).toBe('NOT MET, 4.00 times over it')
    expect(verdictText(judge(target, results, ENGINES))).toBe('met, 1.25 times under it')
  })

  it('hold it against another work of our own, or milliseconds', () => {
    const results = [
      result('a', { compiled: [30], threads: [20], native: [1] }),
      result('b', { compiled: [10], threads: [40], native: [1] }),
    ]
    const own: Target = { level: 'goal', work: 'a', most: 3, of: { ownWork: 'b' }, engines: 'compiled' }
    // the fastest of each: a slow engine's b makes no good of its a
    expect(judge(own, results, ENGINES)).toMatchObject({ engine: 'threads', value: 2, met: true })
    const absolute: Target = { level: 'must', work: 'a', most: 20, engines: 'compiled' }
    expect(judge(absolute, results, ENGINES)).toMatchObject({ value: 20, met: true })
  })

  it('say what was not measured', () => {
    const results = [result('a', { compiled: [4], peer: [] }), result('c', { peer: [1] })]
    expect(verdictText(judge(target, results, ENGINES))).toBe('not measured: peer at a')
    expect(judge({ ...target, work: 'c' }, results, ENGINES).missing).toBe('ours')
    const own: Target = { ...target, of: { ownWork: 'z' } }
    expect(judge(own, results, ENGINES)).toMatchObject({ missing: 'z' })
  })

  it('are of works that there are', () => {
    const names = WORKS.map(({ name }) => name)
    for (const { work, of } of TARGETS) {
      expect(names).toContain(work)
      if (of) expect(names).toContain('ownWork' in of ? of.ownWork : of.work)
    }
  })

  it('are told a line each, and counted', () => {
    const results = [result('a', { compiled: [4], peer: [2] })]
    const verdicts = [
      judge(target, results, ENGINES),
      judge({ ...target, most: 3 }, results, ENGINES),
      judge({ ...target, of: { contender: 'absent', work: 'a' } }, results, ENGINES),
    ]
    const lines = targetsText(verdicts, true).split('\n')
    expect(lines[2]).toMatch(/^must {2}a {2}≤ 0.5 × peer +2.00 × {2}compiled {2}NOT MET, 4.00 times over it$/)
    expect(lines[4]).toMatch(/not measured: absent at a$/)
    expect(lines.at(-2)).toBe('musts: 1 of 2 measured met, 1 not measured')
    expect(targetsText(verdicts, false)).not.toContain('absent')
  })
})

describe('the table of times', () => {
  it('has medians, least and processor time in milliseconds, and multiples of the first', () => {
    const lines = timesText([result('a', { compiled: [2, 1, 3], peer: [8, 8, 8] })]).split('\n')
    expect(lines[2]).toBe('work a')
    expect(lines[3]).toMatch(/^ {2}compiled +2.00 {2}\(1.00; 4.00\) +1.00 ×$/)
    expect(lines[4]).toMatch(/^ {2}peer +8.00 {2}\(8.00; 16.0\) +4.00 ×$/)
  })

  it('says what failed, and leaves out what is not done', () => {
    const failed = { ...result('a', { compiled: [1] }).contenders, peer: [{ error: 'no memory' }], other: [{}] }
    const text = timesText([{ name: 'a', what: 'work', contenders: failed }])
    expect(text).toMatch(/peer +failed: no memory/)
    expect(text).not.toContain('other')
  })

  it('says when a contender computes something else', () => {
    expect(agrees(100, 100.05)).toBe(true)
    expect(agrees(1e-6, 2e-6)).toBe(true)
    expect(agrees(1, 1.01)).toBe(false)
    const of = (check: number) => [{ ms: 1, cpuMs: 1, check }]
    const text = timesText([{ name: 'a', what: 'a', contenders: { compiled: of(2), same: of(2.0001), other: of(3) } }])
    expect(text.match(/COMPUTES SOMETHING ELSE/g)).toHaveLength(1)
    expect(text).toMatch(/other.*COMPUTES SOMETHING ELSE: 3 for 2/)
  })
})

describe('the machine', () => {
  const machine = (before: number): Machine => ({
    processor: 'Processor',
    cores: 2,
    memoryGiB: 16,
    system: 'Linux 6',
    node: 'v20.20.2',
    load: [before, 1.2],
    date: '2026-11-24T00:00:00.000Z',
    contenders: { zuko: { versions: { zuko: '1.6.0', torch: '2.15.0' }, threads: 2 } },
  })

  it('is told with the versions and threads of all', () => {
    const lines = machineText(machine(0.1)).split('\n')
    expect(lines).toEqual([
      'Processor, 2 cores, 16 GiB, Linux 6, Node v20.20.2',
      'load average 0.1 before, 1.2 after; the run itself is 1 to 2',
      'zuko: zuko 1.6.0, torch 2.15.0; 2 threads',
    ])
  })

  it('is told not to be quiet', () => {
    expect(machineText(machine(3))).toContain('NOT A QUIET MACHINE')
  })
})
