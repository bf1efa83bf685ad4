/**
 * Sets the workspace up from nothing but Node and npm: packages, native TensorFlow kernels, and for tests a Python that reads
 * safetensors and a Chromium. What cannot be had is said and left out; with CI set it is a failure.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const PNPM = 'pnpm@10.34.9'
const inCI = Boolean(process.env.CI)

/** Runs a program in the workspace with its output shown; returns its exit code. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (result.error) throw result.error
  return result.status ?? 1
}

/** Runs pnpm, which npm fetches when it is not there. */
export const pnpm = (args, options) =>
  run('npm', ['exec', '--yes', `--package=${PNPM}`, '--', 'pnpm', ...args], options)

/** Stops the whole program with a message where a part is missing that CI must have; elsewhere only says so. */
function missing(what, consequence) {
  console.error(`setup: ${what}; ${inCI ? 'CI needs it' : consequence}`)
  if (inCI) process.exit(1)
}

/** Installs the packages, unless the lockfile is the one that was installed last. */
export function installPackages() {
  const stamp = join(root, 'node_modules', '.ebbflow-installed')
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('setup: installing packages')
  if (pnpm(['install', '--frozen-lockfile', '--reporter=append-only'], { stdio: ['ignore', 2, 2] }) !== 0) {
    console.error('setup: the packages could not be installed; is the npm registry within reach?')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}

/** Builds the native kernels; returns whether they load. */
export function prepareNative() {
  const status = run(process.execPath, ['scripts/native.mjs'], { stdio: ['ignore', 2, 2] })
  if (status === 0) return true
  missing('native TensorFlow kernels are not to be had here', 'going on with WASM alone')
  return false
}

/** A Python interpreter with safetensors and numpy in a virtual environment of the workspace's own; undefined without Python. */
export function preparePython() {
  const folder = join(root, '.native', 'python')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const works = () => spawnSync(python, ['-c', 'import safetensors.numpy'], { stdio: 'ignore' }).status === 0
  if (existsSync(python) && works()) return python
  for (const base of ['python3', 'python']) {
    const made = spawnSync(base, ['-m', 'venv', folder], { stdio: 'ignore' })
    if (made.error || made.status !== 0) continue
    run(python, ['-m', 'pip', 'install', '--quiet', 'safetensors==0.5.3', 'numpy==1.26.4'], { stdio: ['ignore', 2, 2] })
    if (works()) return python
  }
  missing('no Python with safetensors', 'the test that Python reads our files is left out')
  return undefined
}

const BROWSERS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].filter(Boolean)

const isFile = (path) => existsSync(path) && statSync(path).isFile()

/** The path of a Chromium, which is installed from Debian's packages where that may be; undefined without one. */
export function prepareBrowser() {
  const found = () => BROWSERS.find(isFile)
  if (found()) return found()
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.error('setup: installing Chromium for the browser tests')
    const quiet = { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    run('apt-get', ['update', '-qq'], quiet)
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet)
  }
  if (!found()) missing('no Chromium (CHROMIUM_PATH names one elsewhere)', 'the browser tests are left out')
  return found()
}
