import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Rng } from '@ebbflow/core'
import { readModel, readSafeTensors } from '@ebbflow/flows'
import { beforeAll, describe, expect, it } from 'vitest'
import { scratch } from './scratch.js'
import { type Outcome, spawned } from './spawned.js'

const { folder, file } = scratch()
const ebbflow = (...args: string[]): Promise<Outcome> => spawned('./main.ts', args, folder)
const json = (outcome: Outcome) => {
  expect(outcome).toMatchObject({ code: 0, stderr: '' })
  return JSON.parse(outcome.stdout)
}

const ROWS = 400
const z = Rng.seed(7).values('normal', 3 * ROWS)
const records = Array.from({ length: ROWS }, (_, i) => {
  const [a, b, c] = [z[3 * i]!, z[3 * i + 1]!, z[3 * i + 2]!]
  return { id: `r${i}`, x: a, k: Math.round(3 * a + b), income: Math.exp(c) }
})
const csv = `id,x,k,income\n${records.map((r) => Object.values(r).join(',')).join('\n')}\n`
const small = ['--flow', 'realnvp', '--layers', '2', '--hidden', '8', '--batch', '64', '--backend', 'wasm']

file('data.csv', csv)
file('data.json', JSON.stringify(records))

beforeAll(async () => {
  const fit = ['fit', 'data.csv', '--columns', 'x,k,income', ...small, '--steps', '30', '--seed', '3']
  const outcome = await ebbflow(...fit, '--out', 'm.safetensors', '--picture', 'p.svg')
  expect(outcome.code).toBe(0)
  expect(outcome.stderr).toMatch(/data\.csv: 400 rows, of which 320 to train, 40 to validate, 40 to test/)
  expect(outcome.stderr).toMatch(/k +whole numbers, dequantised; standardised \(mean /)
  expect(outcome.stderr).toMatch(/income +logarithm; standardised/)
  expect(outcome.stderr).toMatch(
    /step 30 of 30 \(100 %\), .* steps\/s, eager, .* NLL train \d\.\d+, validation \d\.\d+/,
  )
  expect(outcome.stdout).toMatch(/30 steps in .* s, eager; the model is that after step \d+/)
  expect(outcome.stdout).toMatch(/this flow \(realnvp\) +\d\.\d{3} +\d\.\d{3}\n +full Gaussian +\d\.\d{3} +\d\.\d{3}\n/)
  expect(outcome.stdout).toMatch(/model +m\.safetensors\npicture +p\.svg/)
})

describe('the commands', () => {
  it('fit writes a model of its columns, and a picture', () => {
    const { training, tensors, seed } = readModel(readFileSync(join(folder, 'm.safetensors')))
    expect(seed).toBe(3)
    expect(training).toMatchObject({ steps: 30, backend: 'wasm', rows: { train: 320, validation: 40, test: 40 } })
    expect(training.quantiles!.values).toHaveLength(training.quantiles!.levels.length)
    expect(tensors.size).toBeGreaterThan(5)
    expect(readFileSync(join(folder, 'p.svg'), 'utf8')).toMatch(/^<svg .*data\.csv: data and samples/)
  })

  it('fit --engine names how steps run, which the report says', async () => {
    const args = ['--columns', 'x,k', ...small, '--steps', '5', '--engine', 'compiled', '--out', 'c.st']
    expect(json(await ebbflow('fit', 'data.csv', ...args, '--quiet', '--json'))).toMatchObject({ engine: 'compiled' })
    const { stdout, stderr } = await ebbflow('fit', 'data.csv', ...args)
    expect(stderr).toMatch(/step 5 of 5 .* steps\/s, compiled, /)
    expect(stdout).toMatch(/5 steps in .* s, compiled; the model/)
    expect(await ebbflow('fit', 'data.csv', ...args, '--engine', 'other')).toMatchObject({ code: 1 })
  })

  it('fit --json prints one object, the same for the same seed; JSON data give the same as CSV', async () => {
    const args = ['--columns', 'x,k,income', ...small, '--steps', '30', '--seed', '3', '--quiet', '--json']
    const [a, b] = await Promise.all(
      ['csv', 'json'].map(async (kind) => json(await ebbflow('fit', `data.${kind}`, ...args, '--out', `${kind}.st`))),
    )
    const { seconds: _, dataset, files, ...rest } = a
    expect([dataset, files]).toEqual(['data.csv', { model: 'csv.st' }])
    expect(rest).toMatchObject({ backend: 'wasm', engine: 'eager', steps: 30, interrupted: false })
    expect(b).toMatchObject(rest)
    expect(rest.testNll).toBeLessThan(6)
    expect(Object.values(rest.baselines)).toEqual([expect.any(Number), expect.any(Number), 320])
    const arrays = (path: string) => readSafeTensors(readFileSync(join(folder, path))).tensors
    expect(arrays('csv.st')).toEqual(arrays('m.safetensors'))
    expect(arrays('json.st')).toEqual(arrays('m.safetensors'))
  })

  it('fit takes one column, a treatment of its own, and a random split', async () => {
    const args = ['--columns', 'k', '--column', 'k=plain', '--split', 'random', ...small, '--steps', '5', '--json']
    const report = json(await ebbflow('fit', 'data.csv', ...args, '--quiet', '--out', 'one.st'))
    expect(report.columns).toEqual([{ name: 'k', treatment: expect.stringMatching(/^standardised/) }])
    expect(report.baselines.gaussian).toEqual(expect.any(Number))
  })

  it('sample draws rows in the data units: whole numbers stay whole, a seed repeats, more rows begin with the same', async () => {
    const sample = (...args: string[]) => ebbflow('sample', 'm.safetensors', '--backend', 'wasm', ...args)
    const [shown, written, more, other] = await Promise.all([
      sample('-n', '50', '--seed', '2'),
      sample('-n', '50', '--seed', '2', '--out', 's.csv'),
      sample('-n', '60', '--seed', '2', '--json'),
      sample('-n', '50', '--seed', 'two'),
    ])
    const lines = shown.stdout.trim().split('\n')
    expect(lines[0]).toBe('x,k,income')
    expect(lines).toHaveLength(51)
    const rows = lines.slice(1).map((line) => line.split(',').map(Number))
    expect(rows.every(([, k, income]) => Number.isInteger(k) && income! > 0)).toBe(true)
    expect(readFileSync(join(folder, 's.csv'), 'utf8')).toBe(shown.stdout)
    expect(written.stdout).toBe('')
    const { samples, columns } = json(more)
    expect(columns).toEqual(['x', 'k', 'income'])
    expect(samples.slice(0, 50).map((row: number[]) => row[1])).toEqual(rows.map((row) => row[1]))
    expect(samples).toHaveLength(60)
    expect(other.stdout).not.toBe(shown.stdout)
  })

  it('logprob scores rows with the share of training rows less likely; its mean is the NLL that fit told', async () => {
    const held = records.filter((_, i) => i % 10 === 0)
    file('far.csv', `income,k,x,note\n${held[0]!.income},0,0,a\n1e-9,400,-90,b\n-1,0,0,c\n`)
    const score = (...args: string[]) => ebbflow('logprob', 'm.safetensors', ...args, '--backend', 'wasm')
    const [all, far, out] = await Promise.all([
      score('data.csv', '--json'),
      score('far.csv'),
      score('data.csv', '--out', 'scores.csv'),
    ])
    const { logDensity, shareLessLikely, rows, outsideSupport } = json(all)
    expect([rows, outsideSupport]).toEqual([ROWS, 0])
    const test = logDensity.filter((_: number, i: number) => i % 10 === 0)
    const told = readModel(readFileSync(join(folder, 'm.safetensors'))).training.testNll!
    expect(-test.reduce((a: number, b: number) => a + b, 0) / test.length).toBeCloseTo(told.data, 4)
    const mean = shareLessLikely.reduce((a: number, b: number) => a + b, 0) / ROWS
    expect(mean).toBeGreaterThan(0.45)
    expect(mean).toBeLessThan(0.55)

    const [head, near, away, outside] = far.stdout.split('\n')
    expect(head).toBe('x,k,income,log_density,share_less_likely')
    expect(Number(near!.split(',')[4])).toBeGreaterThan(0.05)
    expect(Number(away!.split(',')[4])).toBe(0)
    expect(outside!.split(',').slice(3)).toEqual(['-Infinity', '0'])
    expect(far.stderr).toMatch(/2 rows less likely than all but 1 % .*; the least likely: far\.csv, line 4/)
    expect(out.code).toBe(0)
    expect(readFileSync(join(folder, 'scores.csv'), 'utf8').split('\n')).toHaveLength(ROWS + 2)
  })

  it('info tells what a model file holds', async () => {
    const [shown, object] = await Promise.all([
      ebbflow('info', 'm.safetensors'),
      ebbflow('info', 'm.safetensors', '--json'),
    ])
    expect(shown.stdout).toMatch(/rows +320 training, 40 validation, 40 test/)
    expect(shown.stdout).toMatch(/columns +x: standardised .*\n +k: whole numbers/)
    const { columns, training, tensors } = json(object)
    expect(columns.map((c: { name: string }) => c.name)).toEqual(['x', 'k', 'income'])
    expect(training.steps).toBe(30)
    expect(tensors[0]).toMatchObject({ name: expect.any(String), shape: expect.any(Array) })
  })

  it('verify checks a model layer by layer, as a table and as JSON', async () => {
    const [shown, object] = await Promise.all([
      ebbflow('verify', 'm.safetensors', 'data.csv', '--backend', 'wasm', '--rows', '4'),
      ebbflow('verify', 'm.safetensors', 'data.csv', '--backend', 'wasm', '--rows', '4', '--json'),
    ])
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toMatch(/^layer +type +round trip +log-det +condition +single\n/)
    expect(shown.stdout).toMatch(/\nbijector\.0 +coupling +\d\.\de-1\d +\d\.\de-1\d .* sound\n/)
    expect(shown.stdout).toMatch(/\nSound: 3 layers /)
    const { layers, rows, soundness, mass, logProb } = json(object)
    expect([rows, soundness, mass]).toEqual([4, 'sound', null])
    expect(layers.map(({ type }: { type: string }) => type)).toEqual(['coupling', 'permutation', 'coupling'])
    expect(logProb).toBeLessThan(1e-4)
  })

  it('help has examples, and is no failure', async () => {
    const outcomes = await Promise.all(
      [[], ['fit'], ['sample'], ['logprob'], ['verify'], ['info']].map((c) => ebbflow(...c, '--help')),
    )
    for (const { code, stdout, stderr } of outcomes) {
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/Examples?:\n {2}ebbflow /)
    }
  })
})

describe('Ctrl-C during a fit', () => {
  const long = ['fit', 'data.csv', '--columns', 'x,k,income', ...small, '--steps', '10000000']
  it('saves the best model so far and exits 130', async () => {
    let sent = false
    const { code, stderr, stdout } = await spawned(
      './main.ts',
      [...long, '--out', 'early.st'],
      folder,
      (text, child) => {
        if (sent || !/^step [1-9]/m.test(text)) return
        sent = true
        child.kill('SIGINT')
      },
    )
    expect(code).toBe(130)
    expect(stderr).toMatch(/stopping: the best model so far is saved/)
    expect(stdout).toMatch(/^interrupted after [\d,]+ steps? in /)
    const { training } = readModel(readFileSync(join(folder, 'early.st')))
    expect(training.steps).toBeGreaterThan(0)
    expect(Number.isFinite(training.testNll!.standardised)).toBe(true)
    const sampled = await ebbflow('sample', 'early.st', '-n', '3', '--backend', 'wasm')
    expect(sampled.stdout.trim().split('\n')).toHaveLength(4)
  })
})
