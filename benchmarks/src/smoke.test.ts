import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { growth } from './growth.js'
import { memory } from './memory.js'
import { Contender } from './processes/contender.js'
import { HERE, inJavaScript } from './processes/contenders.js'
import type { Timing } from './protocol.js'
import { agrees } from './report/table.js'
import { WORKS, type Work } from './works.js'

// every work as it is, but of fewer rows
const small = (work: Work): Work => ({ ...work, rows: Math.min(work.rows, 8) })
const contenders: Contender[] = []
for (const command of await inJavaScript()) {
  const contender = new Contender(command)
  // native kernels are not built everywhere
  const absent = command.name.endsWith('native') && 'absent' in (await contender.start())
  if (absent || command.name === 'eager, native') contender.close()
  else contenders.push(contender)
}

afterAll(() => {
  for (const contender of contenders) contender.close()
})

const MODELS = [...new Set(WORKS.map(({ model }) => model))]

describe('works, of a few rows', () => {
  it.each(MODELS)('of %s run, and all who do them compute the same', async (model) => {
    for (const work of WORKS.filter((candidate) => candidate.model === model).map(small)) {
      const checks = new Map<string, number | undefined>()
      for (const contender of contenders.filter((one) => one.does(work.kind))) {
        const timing = await contender.ask({ work, seconds: 0, cold: true })
        expect(timing.error, `${contender.name} at ${work.name}`).toBeUndefined()
        if (timing.ms === undefined) continue
        expect(timing.ms).toBeGreaterThan(0)
        checks.set(contender.name, timing.check)
      }
      const expected = model === 'realnvp' && work.kind !== 'compile' ? 3 : 1
      expect(checks.size, work.name).toBeGreaterThanOrEqual(expected)
      if (work.kind === 'compile') continue
      const [first, ...others] = checks.values()
      expect(Number.isFinite(first)).toBe(true)
      for (const other of others) expect(agrees(first!, other!), `${work.name}: ${[...checks]}`).toBe(true)
    }
  })
})

describe('growth and memory', () => {
  it('have a figure for every point', async () => {
    const { text } = await growth({ seconds: 0 }, () => {}, [{ name: 'rows', values: [8] }])
    const points = text.split('\n').filter((line) => /^ +8 /.test(line))
    expect(points, text).toHaveLength(2)
    for (const line of points) expect(line).not.toContain('none')
  })

  it('count tensors, which calls leave as many as they were', async () => {
    const { data } = await memory({ calls: 200 }, () => {}, ['realnvp2-step'])
    const { found } = data as { found: { answer: Timing }[] }
    expect(found.length).toBeGreaterThanOrEqual(1)
    for (const { answer } of found) {
      expect(answer.marks?.map(({ calls }) => calls)).toEqual([2, 20, 200])
      expect(new Set(answer.marks!.map(({ tensors }) => tensors)).size, JSON.stringify(answer)).toBe(1)
    }
  })
})

describe('the command', () => {
  const bench = (...args: string[]) =>
    spawnSync(process.execPath, ['--conditions=@ebbflow/source', '--import', 'tsx', 'src/main.ts', ...args], {
      cwd: HERE,
      encoding: 'utf8',
      env: { ...process.env, INIT_CWD: undefined },
    })

  it('prints a table with targets, and writes what it measured', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ebbflow-bench-'))
    const file = join(folder, 'a', 'b.json')
    const args = ['--only', 'realnvp2-step', '--rounds', '1', '--seconds', '0.01', '--json', file]
    const { stdout, status } = bench(...args)
    const written = JSON.parse(readFileSync(file, 'utf8'))
    rmSync(folder, { recursive: true })
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /cores[\s\S]*RealNVP-2: training step[\s\S]*compiled[\s\S]*tfjs by hand[\s\S]*jax-js[\s\S]*targets/,
    )
    expect(stdout).not.toContain('failed')
    expect(stdout).not.toContain('COMPUTES')
    const [step] = written.results
    expect(step.medianMs.compiled).toBe(step.rounds.compiled[0].ms)
    expect(step.rounds.compiled[0]).toMatchObject({ parameters: 35_344, bytes: expect.any(Number) })
    expect(written.machine.contenders['jax-js'].versions['@jax-js/jax']).toMatch(/^\d/)
    expect(written.targets[0]).toMatchObject({ target: { work: 'realnvp2-step' } })
  })

  it('tells a mistake in one line', () => {
    const { stderr, status } = bench('--only', 'nothing')
    expect([stderr, status]).toEqual(["bench: no work is called 'nothing'; --list names them\n", 1])
    expect(bench('--list').stdout.trim().split('\n')).toHaveLength(WORKS.length)
  })
})
