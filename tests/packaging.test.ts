import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'ebbflow-packed-'))
const bin = join(root, 'node_modules', '.bin')

interface Manifest {
  name: string
  private?: boolean
  dependencies?: Record<string, string>
}
const manifestOf = (path: string): Manifest => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))

/** Every package that is published, in no order. */
const published = ['packages', 'apps']
  .flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(root, kind, name)))
  .filter((path) => existsSync(join(path, 'package.json')) && !manifestOf(path).private)
  .map((path) => ({ path, name: manifestOf(path).name }))

/** Runs a program in a folder; its standard output, or an error with all it printed. */
function run(cwd: string, program: string, ...args: string[]): string {
  // what the workspace sets for its own tests is not the stranger's
  const { NODE_OPTIONS: _, NODE_ENV: __, VITEST: ___, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', env })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`)
  return stdout
}

const pnpm = (cwd: string, ...args: string[]): string =>
  run(cwd, 'npm', 'exec', '--yes', '--package=pnpm@10.34.9', '--', 'pnpm', ...args)

const tarballs = new Map<string, string>()

/** Installs a consumer outside of the workspace from tarballs. */
function install(consumer: string): string {
  const target = join(folder, consumer)
  cpSync(join(root, 'fixtures', 'consumers', consumer), target, { recursive: true })
  const manifest = manifestOf(target)
  const wanted = new Set<string>()
  const want = (name: string): void => {
    if (wanted.has(name)) return
    wanted.add(name)
    const { path } = published.find((candidate) => candidate.name === name)!
    for (const below of Object.keys(manifestOf(path).dependencies ?? {})) if (tarballs.has(below)) want(below)
  }
  for (const name of Object.keys(manifest.dependencies ?? {})) if (tarballs.has(name)) want(name)
  manifest.dependencies = {
    ...manifest.dependencies,
    ...Object.fromEntries([...wanted].map((name) => [name, `file:${tarballs.get(name)}`])),
  }
  writeFileSync(join(target, 'package.json'), JSON.stringify(manifest))
  run(target, 'npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error')
  return target
}

beforeAll(() => {
  for (const { path, name } of published) {
    expect(existsSync(join(path, 'dist', 'index.js')), `${name} is built (npm run build)`).toBe(true)
    const { filename } = JSON.parse(pnpm(path, 'pack', '--json', '--pack-destination', folder)) as { filename: string }
    tarballs.set(name, resolve(path, filename))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(published)('$name', ({ path, name }) => {
  it('is what publint expects', async () => {
    const { messages } = await publint({ pkgDir: path, strict: true })
    expect(messages.map((message) => formatMessage(message, manifestOf(path)))).toEqual([])
  })

  it('has types that resolve', () => {
    run(root, join(bin, 'attw'), tarballs.get(name)!, '--profile', 'esm-only')
  })
})

/** A Node of another major, from the npm registry. */
function nodeOf(major: number): string {
  const target = join(folder, `node-${major}`)
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  run(folder, 'npm', 'install', '--prefix', target, '--no-audit', '--no-fund', '--loglevel=error', `${name}@${major}`)
  return join(target, 'node_modules', name, 'bin', 'node')
}

describe('a project that takes one bijector', () => {
  let project: string
  beforeAll(() => {
    project = install('bijectors-only')
  })

  it('runs', () => {
    const { value, logDet, tensors } = JSON.parse(run(project, process.execPath, 'index.js'))
    expect(value).toBeCloseTo(Math.tanh(0.5), 6)
    expect(logDet).toBeCloseTo(Math.log(1 - Math.tanh(0.5) ** 2), 6)
    expect(tensors).toBe(3)
  })

  it('bundles to at most 12 kB gzipped beside tfjs, with nothing of training in it', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: project,
      entryPoints: ['index.js'],
      outdir: 'out',
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      external: ['@tensorflow/*'],
      write: false,
      metafile: true,
    })
    const inputs = Object.keys(metafile.inputs).join('\n')
    expect(inputs).not.toMatch(/training|flows|distributions/)
    const entry = Object.values(metafile.outputs).find((output) => output.entryPoint === 'index.js')!
    const loaded = new Set([
      'index.js',
      ...entry.imports.filter((i) => i.kind === 'import-statement').map((i) => i.path.replace('out/', '')),
    ])
    const text = outputFiles
      .filter((file) => [...loaded].some((name) => file.path.endsWith(name)))
      .map((file) => file.text)
    expect(text.join('')).not.toContain('tfjs-node')
    expect(gzipSync(text.join('')).length).toBeLessThanOrEqual(12 * 1024)
  })
})

describe('a project that takes drawing alone', () => {
  let project: string
  beforeAll(() => {
    project = install('vis-only')
  })

  it('draws', () => {
    const { mass, svg, title } = JSON.parse(run(project, process.execPath, 'index.js'))
    expect(mass).toBeCloseTo(1, 4)
    expect({ svg, title }).toEqual({ svg: '<svg', title: true })
  })

  it('bundles a figure to at most 32 kB gzipped, with nothing of tfjs or flows in it', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: project,
      entryPoints: ['index.js'],
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'error',
    })
    expect(Object.keys(metafile.inputs).filter((path) => /tensorflow|@ebbflow\/(flows|bijectors)/.test(path))).toEqual(
      [],
    )
    expect(gzipSync(outputFiles[0]!.text).length).toBeLessThanOrEqual(32 * 1024)
  })
})

describe('a project that fits a flow', () => {
  let project: string
  beforeAll(() => {
    project = install('node-fit')
  })

  it.each([20, 22, 24])('runs on Node %i', (major) => {
    const own = Number(process.versions.node.split('.')[0]) === major
    const result = JSON.parse(run(project, own ? process.execPath : nodeOf(major), 'index.js'))
    expect(result.node).toMatch(new RegExp(`^v${major}\\.`))
    expect(result.steps).toBe(300)
    expect(result.trainNll).toBeLessThan(2.2)
    expect(result.same).toBe(true)
    expect(result.sample.every(Number.isFinite)).toBe(true)
  })

  it('has the ebbflow command', () => {
    expect(run(project, join(project, 'node_modules', '.bin', 'ebbflow'), '--help')).toContain('ebbflow fit')
  })

  it('gets a clear error where two copies of tfjs-core are loaded', () => {
    const second = join(project, 'second', 'tfjs-core')
    cpSync(join(project, 'node_modules', '@tensorflow', 'tfjs-core'), second, { recursive: true })
    const { code, message } = JSON.parse(run(project, process.execPath, 'duplicate.js'))
    expect(code).toBe('duplicate-engine')
    expect(message).toContain('npm ls @tensorflow/tfjs-core')
  })

  it('has one copy of tfjs-core', () => {
    const { dependencies } = JSON.parse(run(project, 'npm', 'ls', '--all', '--json', '@tensorflow/tfjs-core'))
    const versions = JSON.stringify(dependencies).match(/"version":"[^"]+","resolved":"[^"]*tfjs-core[^"]*"/g)
    expect(new Set(versions).size).toBeLessThanOrEqual(1)
    expect(existsSync(join(project, 'node_modules', 'ebbflow', 'node_modules', '@tensorflow'))).toBe(false)
  })
})

describe('a TypeScript project', () => {
  it('type-checks against the published types, in strict mode', () => {
    const project = install('types')
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: project, encoding: 'utf8' })
    // tfjs-core's own declarations have errors of theirs
    const ours = stdout.split('\n').filter((line) => /error TS/.test(line) && !line.includes('@tensorflow/tfjs-core/'))
    expect(ours).toEqual([])
  })
})

describe('a project that tests a layer of its own', () => {
  it('finds the right one right and the wrong sign of a log-determinant wrong', () => {
    const project = install('own-layer')
    const vitest = join('node_modules', 'vitest', 'vitest.mjs')
    const { NODE_ENV: _, VITEST: __, ...env } = process.env
    const { stdout } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json'], {
      cwd: project,
      encoding: 'utf8',
      env,
    })
    const { testResults } = JSON.parse(stdout) as {
      testResults: { assertionResults: { fullName: string; status: string }[] }[]
    }
    const failed = testResults.flatMap(({ assertionResults }) =>
      assertionResults
        .filter(({ status }) => status !== 'passed' && status !== 'skipped')
        .map(({ fullName }) => fullName),
    )
    expect(failed.filter((name) => name.startsWith('Doubling'))).toEqual([])
    expect(failed).toContain('Wrong keeps the bijector contract has the log-determinant of the exact Jacobian, inverse')
  })
})

describe('a browser bundle of everything', () => {
  it('holds no Node code and no tfjs-node', async () => {
    const { metafile } = await build({
      absWorkingDir: install('node-fit'),
      entryPoints: ['index.js'],
      outdir: 'out',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    const inputs = Object.keys(metafile.inputs)
    expect(inputs.filter((path) => /tfjs-node|@ebbflow\/cli|csv-parse/.test(path))).toEqual([])
    expect(inputs.some((path) => path.includes('@ebbflow/training'))).toBe(true)
  })
})
