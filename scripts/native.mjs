/**
 * Makes native TensorFlow kernels available to this workspace: `pnpm native`.
 *
 * Builds the addon of the installed @tensorflow/tfjs-node against the library that the `tensorflow-cpu` wheel ships, because the
 * package's own prebuilt files are often out of reach. Does nothing when the addon loads already.
 *
 *   node scripts/native.mjs            build if need be; exit code 0 when native kernels load, 2 when they cannot be had
 *   node scripts/native.mjs --check    say only whether they load: 0 or 2
 *   node scripts/native.mjs --quiet    print nothing unless something goes wrong
 *   node scripts/native.mjs --package <folder>    a tfjs-node elsewhere than in packages/core
 *
 * The unpacked library (0.6 GB) and the built addon are kept in `.native/`, or in the folder that EBBFLOW_NATIVE_DIR names, and
 * survive a fresh install of the workspace.
 */
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { env } = process
const TENSORFLOW = '2.16.2'
const NAPI = 8
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const STORE = resolve(env.EBBFLOW_NATIVE_DIR || join(ROOT, '.native'))
const WHEELS = {
  'linux-x64': { name: 'tensorflow-cpu', platform: 'manylinux2014_x86_64' },
  'linux-arm64': { name: 'tensorflow', platform: 'manylinux2014_aarch64' },
}

class Unavailable extends Error {}

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, quiet: { type: 'boolean' }, package: { type: 'string' } },
})
const say = (text) => options.quiet || process.stdout.write(`native: ${text}\n`)

/** Runs a program; returns its output, or undefined when it does not exist or fails. */
function attempt(program, args, extra = {}) {
  const run = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26, ...extra })
  return run.error || run.status !== 0 ? undefined : run.stdout
}

/** Runs a program that must succeed; a failure carries the last lines it printed. */
function must(what, program, args, extra = {}) {
  const run = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26, ...extra })
  if (!run.error && run.status === 0) return
  const printed = `${run.stdout ?? ''}\n${run.stderr ?? ''}\n${run.error?.message ?? ''}`
  const tail = printed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-12)
  throw new Unavailable(`${what} failed:\n${tail.map((line) => `    ${line}`).join('\n')}`)
}

function findPackage() {
  if (options.package) return resolve(options.package)
  try {
    const from = createRequire(join(ROOT, 'packages/core/package.json'))
    return realpathSync(dirname(from.resolve('@tensorflow/tfjs-node/package.json')))
  } catch {
    throw new Unavailable('@tensorflow/tfjs-node is not installed; run `pnpm install` first')
  }
}

const addonOf = (folder) => join(folder, 'lib', `napi-v${NAPI}`, 'tfjs_binding.node')

const PROBE = `
const util = require('node:util')
util.isNullOrUndefined ??= (x) => x === null || x === undefined
util.isArray ??= Array.isArray
const tf = require(process.argv[1])
const product = tf.matMul(tf.tensor2d([1, 2], [1, 2]), tf.tensor2d([3, 4], [2, 1])).dataSync()[0]
if (tf.getBackend() !== 'tensorflow' || product !== 11) process.exit(3)
process.stdout.write(tf.backend().binding.TF_Version)
`

/** Loads the addon in a process of its own, runs one kernel; the version of TensorFlow, or what went wrong. */
function probe(folder) {
  const run = spawnSync(process.execPath, ['-e', PROBE, folder], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 120_000,
    env: { ...env, TF_CPP_MIN_LOG_LEVEL: '2', NODE_OPTIONS: '' },
  })
  if (run.status === 0) return { version: run.stdout }
  if (!existsSync(addonOf(folder))) return { problem: 'the addon is not built (`pnpm native` builds it)' }
  const lines = (run.stderr || run.error?.message || `exit code ${run.status}`).split('\n')
  return { problem: (lines.find((line) => /^\w*Error: /.test(line)) ?? lines[0] ?? '').trim() }
}

function findPython() {
  for (const python of [env.PYTHON, 'python3', 'python'])
    if (python && attempt(python, ['-c', 'import sys; assert sys.version_info >= (3, 8)']) !== undefined) {
      if (attempt(python, ['-m', 'pip', '--version']) === undefined)
        throw new Unavailable(`${python} has no pip (Debian: apt install python3-pip)`)
      return python
    }
  throw new Unavailable('no Python 3.8 or newer found (set PYTHON to one); its pip downloads the TensorFlow library')
}

const UNPACK = `
import sys, zipfile
wheel, target = sys.argv[1:]
keep = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2', 'tensorflow/include/tensorflow/c/',
        'tensorflow/include/tensorflow/core/platform/', 'tensorflow/include/tsl/', 'tensorflow/include/xla/tsl/')
with zipfile.ZipFile(wheel) as z:
    z.extractall(target, [n for n in z.namelist() if n.startswith(keep)])
`

/** The folder with TensorFlow's library and headers, from the store or downloaded now. */
function library() {
  const key = `${process.platform}-${process.arch}`
  const wheel = WHEELS[key]
  if (!wheel) throw new Unavailable(`no TensorFlow wheel is known for ${key}`)
  const folder = join(STORE, `tensorflow-${TENSORFLOW}-${key}`)
  if (existsSync(join(folder, 'lib', 'libtensorflow.so'))) return folder
  const python = findPython()
  for (const left of readdirSync(STORE).filter((name) => name.startsWith('unpacking-')))
    rmSync(join(STORE, left), { recursive: true, force: true })
  const work = mkdtempSync(join(STORE, 'unpacking-'))
  try {
    say(`downloading ${wheel.name} ${TENSORFLOW} (about 220 MB)`)
    // any wheel will do, whatever the Python that downloads it
    const tags = ['--platform', wheel.platform, '--implementation', 'cp', '--python-version', '311', '--abi', 'cp311']
    const flags = ['--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-cache-dir', '--quiet']
    must(
      `the download of ${wheel.name} ${TENSORFLOW} by pip`,
      python,
      ['-m', 'pip', 'download', ...flags, ...tags, '--dest', work, `${wheel.name}==${TENSORFLOW}`],
      { timeout: 900_000 },
    )
    const file = readdirSync(work).find((name) => name.endsWith('.whl'))
    if (!file) throw new Unavailable('pip downloaded no wheel')
    say('unpacking')
    must('unpacking the wheel', python, ['-c', UNPACK, join(work, file), work])
    mkdirSync(join(work, 'ready', 'lib'), { recursive: true })
    for (const [name, link] of [
      ['libtensorflow_cc.so.2', 'libtensorflow.so'],
      ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
    ]) {
      renameSync(join(work, 'tensorflow', name), join(work, 'ready', 'lib', name))
      symlinkSync(name, join(work, 'ready', 'lib', link))
    }
    renameSync(join(work, 'tensorflow', 'include'), join(work, 'ready', 'include'))
    rmSync(folder, { recursive: true, force: true })
    renameSync(join(work, 'ready'), folder)
    return folder
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

const onPath = (name) =>
  (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((file) => existsSync(file))

/** npm's own node-gyp, beside this Node or beside the npm on the path. */
function findNodeGyp() {
  const inside = 'node_modules/node-gyp/bin/node-gyp.js'
  const candidates = [join(dirname(process.execPath), '../lib/node_modules/npm', inside)]
  for (const npm of onPath('npm')) candidates.push(join(dirname(realpathSync(npm)), '..', inside))
  for (const pnpm of onPath('pnpm')) candidates.push(join(dirname(realpathSync(pnpm)), '../dist', inside))
  const root = attempt('npm', ['root', '-g'])?.trim()
  if (root) candidates.push(join(root, 'npm', inside))
  const found = candidates.find((file) => existsSync(file))
  if (!found) throw new Unavailable('npm and its node-gyp were not found')
  return found
}

/** Where Node's headers are; N-API is the same in every version, so that another Node's do. */
function headersPrefix() {
  const nodes = [process.execPath, ...onPath('node')]
  return nodes
    .map((node) => join(dirname(realpathSync(node)), '..'))
    .find((prefix) => existsSync(join(prefix, 'include/node/node_api.h')))
}

function link(target, path) {
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.isSymbolicLink() && readlinkSync(path) === target) return
  rmSync(path, { recursive: true, force: true })
  symlinkSync(target, path)
}

function build(folder) {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const kept = join(STORE, `tfjs-node-${version}-${process.platform}-${process.arch}-napi${NAPI}.node`)
  const addon = addonOf(folder)
  link(library(), join(folder, 'deps'))
  if (existsSync(kept)) {
    mkdirSync(dirname(addon), { recursive: true })
    copyFileSync(kept, addon)
    if (!probe(folder).problem) return
  }
  if (!['c++', 'g++', 'clang++'].some((compiler) => attempt(compiler, ['--version']) !== undefined) && !env.CXX)
    throw new Unavailable('no C++ compiler found (Debian: apt install g++ make)')
  if (attempt('make', ['--version']) === undefined)
    throw new Unavailable('make was not found (Debian: apt install make)')
  say('compiling the addon')
  const prefix = headersPrefix()
  must(
    prefix
      ? 'compiling the addon'
      : 'compiling the addon (Node has no headers here, so node-gyp tried to download them)',
    process.execPath,
    [
      findNodeGyp(),
      'rebuild',
      ...(prefix ? [`--nodedir=${prefix}`] : []),
      '--module_name=tfjs_binding',
      `--module_path=${dirname(addon)}`,
      `--napi_version=${NAPI}`,
      `--napi_build_version=${NAPI}`,
    ],
    { cwd: folder, timeout: 600_000 },
  )
  rmSync(join(folder, 'build'), { recursive: true, force: true })
  const partial = `${kept}.${process.pid}`
  copyFileSync(addon, partial)
  renameSync(partial, kept)
}

/** The package's own way: its prebuilt addon, where this machine reaches it. */
function installPrebuilt(folder) {
  say("trying the package's own prebuilt files")
  must('the install script of @tensorflow/tfjs-node', process.execPath, ['scripts/install.js'], {
    cwd: folder,
    timeout: 300_000,
  })
}

const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/** Runs `body` while no other process builds; a lock whose owner is gone is taken over. */
function locked(body) {
  mkdirSync(STORE, { recursive: true })
  const lock = join(STORE, 'lock')
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}`, { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (ownerIsGone(lock)) rmSync(lock, { force: true })
      else wait(500)
    }
  }
  try {
    return body()
  } finally {
    rmSync(lock, { force: true })
  }
}

function ownerIsGone(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'))
    // the owner writes its number just after it makes the file
    if (!owner) return Date.now() - statSync(lock).mtimeMs > 5_000
    process.kill(owner, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH' || error.code === 'ENOENT'
  }
}

function main() {
  const folder = findPackage()
  let state = probe(folder)
  if (state.problem && options.check) throw new Unavailable(state.problem)
  if (state.problem)
    locked(() => {
      state = probe(folder)
      if (!state.problem) return
      if (WHEELS[`${process.platform}-${process.arch}`]) build(folder)
      else installPrebuilt(folder)
      state = probe(folder)
    })
  if (state.problem) throw new Unavailable(`the addon was built but does not load: ${state.problem}`)
  say(`TensorFlow ${state.version} loads`)
}

try {
  main()
} catch (error) {
  if (!(error instanceof Unavailable) && !error?.code) throw error
  process.stderr.write(`native: native TensorFlow kernels are not available, WASM will be used: ${error.message}\n`)
  process.exitCode = 2
}
