import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from '../options.js'
import { HERE } from './contenders.js'

const VARIABLE = 'EBBFLOW_BENCH_PYTHON'

const runs = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

/**
 * A Python with the peers' libraries: the one that `EBBFLOW_BENCH_PYTHON` names, or a virtual environment of the workspace's own, made from
 * `python/requirements.txt` at the first call and when that file has changed.
 */
export function peersPython(tell: (line: string) => void): string {
  const named = process.env[VARIABLE]
  if (named) {
    if (runs(named)) return named
    throw new UsageError(`${VARIABLE} names no Python that runs: ${named}`)
  }
  const folder = resolve(HERE, '..', '.native', 'peers')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(folder, 'requirements.txt')
  const requirements = join(HERE, 'python', 'requirements.txt')
  const wanted = readFileSync(requirements, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && runs(python)) return python
  const base = ['python3', 'python'].find(runs)
  if (!base) throw new UsageError(`--peers needs Python 3.11 or newer, or ${VARIABLE} naming one with the libraries`)
  tell('making a Python environment for the peers, once; it takes minutes and up to 7 GB')
  mkdirSync(resolve(folder, '..'), { recursive: true })
  const made = spawnSync(base, ['-m', 'venv', '--clear', folder], { encoding: 'utf8' })
  if (made.status !== 0)
    throw new UsageError(`${base} -m venv failed (Debian has it in python3-venv): ${lastOf(made.stderr + made.stdout)}`)
  const installed = spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements], {
    encoding: 'utf8',
  })
  if (installed.status !== 0)
    throw new UsageError(
      `pip could not install the peers; is a package index within reach? ${lastOf(installed.stderr)}`,
    )
  writeFileSync(stamp, wanted)
  return python
}

const lastOf = (said: string): string => said.trim().split('\n').at(-1) ?? ''
