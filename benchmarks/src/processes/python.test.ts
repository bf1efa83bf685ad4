import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WORKS } from '../works.js'
import { Contender } from './contender.js'
import { HERE } from './contenders.js'
import { peersPython } from './python.js'

const python = process.env.EBBFLOW_PYTHON ?? 'python3'
const available = spawnSync(python, ['--version']).status === 0
if (!available && process.env.CI) throw new Error(`${python} is needed in CI`)

afterEach(() => vi.unstubAllEnvs())

describe("the peers' Python", () => {
  it('is the one that is named, or a mistake in one line', () => {
    vi.stubEnv('EBBFLOW_BENCH_PYTHON', process.execPath)
    expect(peersPython(() => {})).toBe(process.execPath)
    vi.stubEnv('EBBFLOW_BENCH_PYTHON', 'no-such-python')
    expect(() => peersPython(() => {})).toThrow(/^EBBFLOW_BENCH_PYTHON names no Python that runs: no-such-python$/)
  })
})

if (available)
  describe('a contender in Python', () => {
    const started = async (load: string): Promise<Contender> => {
      const program = `import time\nfrom serve import serve\n${load}\nserve([], load)`
      const cwd = resolve(HERE, 'python')
      return new Contender({ name: 'it', program: python, args: ['-B', '-c', program], cwd, kinds: ['step'] })
    }

    it('speaks the same lines', async () => {
      const it = await started(`
def load():
    print('the library prints this')
    def set_up(work):
        if work["kind"] == "compile":
            return None
        if work["kind"] == "sample":
            raise ValueError("no samples")
        return (lambda: time.sleep(0.01)), 7
    return set_up, 3
`)
      const of = (kind: string) => ({ work: WORKS.find((work) => work.kind === kind)!, seconds: 0.02 })
      expect(await it.start()).toEqual({ versions: {}, threads: 3 })
      const timing = await it.ask(of('step'))
      expect(timing).toMatchObject({ parameters: 7, cpuMs: expect.any(Number) })
      // milliseconds, not seconds
      expect(timing.ms).toBeGreaterThanOrEqual(10)
      expect(await it.ask(of('compile'))).toEqual({})
      expect(await it.ask(of('sample'))).toEqual({ error: 'ValueError: no samples' })
      it.close()
    })

    it('that lacks its library is absent, with the reason', async () => {
      const it = await started('def load():\n    import no_such_library')
      expect(await it.start()).toEqual({ absent: "its library cannot be loaded: No module named 'no_such_library'" })
      it.close()
    })
  })
