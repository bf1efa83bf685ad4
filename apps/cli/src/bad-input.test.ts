import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Rng } from '@ebbflow/core'
import { readModel, readSafeTensors, realNVP, saveFlow, writeModel, writeSafeTensors } from '@ebbflow/flows'
import { fitPreprocessing } from '@ebbflow/training'
import { afterAll, describe, expect, it } from 'vitest'
import { scratch } from './scratch.js'
import { type Outcome, spawned } from './spawned.js'

const { folder, file } = scratch()
const ebbflow = (...args: string[]): Promise<Outcome> => spawned('./main.ts', args, folder)

const ROWS = 400
const z = Rng.seed(7).values('normal', 3 * ROWS)
const row = (i: number): number[] => [z[3 * i]!, Math.round(3 * z[3 * i + 1]!), Math.exp(z[3 * i + 2]!)]
const rows = Array.from({ length: ROWS }, (_, i) => row(i))
const csv = `id,x,k,income\n${rows.map((values, i) => `r${i},${values}`).join('\n')}\n`
const names = ['x', 'k', 'income']
const { columns } = fitPreprocessing({
  names,
  rows: ROWS,
  columns: names.map((_, c) => Float64Array.from(rows, (r) => r[c]!)),
})
const model = saveFlow(realNVP({ dimensions: 3, layers: 2, hidden: [4] }).init(), { preprocessing: { columns } })

const ok = csv.split('\n').slice(0, 30)
const broken = (name: string, line: number, text: string) =>
  file(name, [...ok.slice(0, line - 1), text, ...ok.slice(line)].join('\n'))
const parts = readSafeTensors(model)
file('data.csv', csv)
file('m.safetensors', model)
file('empty.csv', '')
file('header.csv', 'a,b\n')
broken('short.csv', 7, 'r5,1')
broken('text.csv', 9, 'r7,1,blue,3')
broken('nan.csv', 4, 'r2,NaN,1,3')
broken('infinite.csv', 5, 'r3,1,1,Infinity')
broken('gap.csv', 6, 'r4,,1,2')
file('constant.csv', `a,b\n${Array.from({ length: 40 }, (_, i) => `${i / 7},5`).join('\n')}\n`)
file('twice.csv', 'a,b,a\n1,2,3\n')
file('truncated.st', model.subarray(0, model.length - 100))
file('version.st', writeSafeTensors({ ...parts, metadata: { ...parts.metadata, version: '99' } }))
file('foreign.st', writeSafeTensors({ ...parts, metadata: {} }))
file('lacking.st', writeModel({ ...readModel(model), tensors: new Map([...parts.tensors].slice(1)) }))
mkdirSync(join(folder, 'sub'), { recursive: true })

describe.concurrent('bad input: one clear line, exit code 1, nothing left behind', () => {
  const before = readdirSync(folder)
  afterAll(() => expect(readdirSync(folder)).toEqual(before))
  const out = ['--out', 'bad.st']
  const cases: [string, string[], RegExp][] = [
    ['a missing file', ['fit', 'none.csv', ...out], /^ebbflow: none\.csv: no such file$/],
    ['an empty file', ['fit', 'empty.csv', ...out], /^ebbflow: empty\.csv: the file is empty$/],
    ['a header alone', ['fit', 'header.csv', ...out], /^ebbflow: header\.csv: there are no rows below the header$/],
    [
      'a row too short',
      ['fit', 'short.csv', '--columns', 'x,k', ...out],
      /^ebbflow: short\.csv, line 7: the row is too short: 2 values for 4 columns$/,
    ],
    [
      'text',
      ['fit', 'text.csv', '--columns', 'x,k', ...out],
      /^ebbflow: text\.csv, line 9, column 'k': 'blue' is not a number/,
    ],
    [
      'NaN',
      ['fit', 'nan.csv', '--columns', 'x,k', ...out],
      /^ebbflow: nan\.csv, line 4, column 'x': 'NaN' is not a finite number$/,
    ],
    [
      'infinity',
      ['fit', 'infinite.csv', '--columns', 'income', ...out],
      /^ebbflow: infinite\.csv, line 5, column 'income': 'Infinity' is not a finite number$/,
    ],
    [
      'an empty cell',
      ['logprob', 'm.safetensors', 'gap.csv', '--backend', 'wasm', '--out', 'bad.csv'],
      /^ebbflow: gap\.csv, line 6, column 'x': the cell is empty$/,
    ],
    [
      'a constant column',
      ['fit', 'constant.csv', ...out],
      /^ebbflow: constant\.csv: column 'b' is constant: it is 5 in every row/,
    ],
    [
      'fewer rows than a batch',
      ['fit', 'data.csv', '--columns', 'x', '--batch', '512', ...out],
      /^ebbflow: data\.csv: fewer rows than a batch: of 400 rows 320 are for training, and a batch takes 512/,
    ],
    [
      'duplicate names',
      ['fit', 'twice.csv', ...out],
      /^ebbflow: twice\.csv, line 1: columns 1 and 3 are both named 'a'$/,
    ],
    [
      'an unknown column',
      ['fit', 'data.csv', '--columns', 'x,speed', ...out],
      /^ebbflow: data\.csv, line 1: no column 'speed'; there are id, x, k, income$/,
    ],
    [
      'data without a column of the model',
      ['logprob', 'm.safetensors', 'constant.csv', '--backend', 'wasm'],
      /^ebbflow: constant\.csv, line 1: no column 'x'; there are a, b$/,
    ],
    ['a missing model', ['info', 'none.st'], /^ebbflow: none\.st: no such file$/],
    [
      'a truncated model',
      ['sample', 'truncated.st', '--backend', 'wasm', '--out', 'bad.csv'],
      /^ebbflow: truncated\.st: the file is truncated: /,
    ],
    [
      'a model of another version',
      ['sample', 'version.st', '--backend', 'wasm'],
      /^ebbflow: version\.st: a model file of another version: expected version 1, got 99$/,
    ],
    ['a file that is no model', ['info', 'data.csv'], /^ebbflow: data\.csv: not a safetensors file/],
    [
      'a safetensors file of others',
      ['info', 'foreign.st'],
      /^ebbflow: foreign\.st: a safetensors file, but not an Ebbflow model/,
    ],
    [
      'a model that lacks an array',
      ['sample', 'lacking.st', '--backend', 'wasm'],
      /^ebbflow: lacking\.st: the model file lacks an array/,
    ],
    [
      'unwritable output of a fit',
      ['fit', 'data.csv', '--columns', 'x', '--out', 'no/bad.st'],
      /^ebbflow: cannot write no\/bad\.st: its folder does not exist$/,
    ],
    [
      'an unwritable picture',
      ['fit', 'data.csv', '--columns', 'x', ...out, '--picture', 'sub'],
      /^ebbflow: cannot write sub: is a folder$/,
    ],
    [
      'unwritable samples',
      ['sample', 'm.safetensors', '--out', 'no/bad.csv'],
      /^ebbflow: cannot write no\/bad\.csv: its folder does not exist$/,
    ],
    ['an unknown option', ['fit', 'data.csv', '--step', '5'], /^ebbflow: unknown option '--step'/],
    [
      'an option that is no number',
      ['fit', 'data.csv', '--steps', 'many'],
      /^ebbflow: option '--steps <count>' argument 'many' is invalid\. It takes a positive whole number\.$/,
    ],
    [
      'an unknown treatment',
      ['fit', 'data.csv', '--column', 'x=cube'],
      /'x=cube' is invalid\. unknown column treatment: expected plain, lattice,/,
    ],
    [
      'an unknown flow',
      ['fit', 'data.csv', '--flow', 'maf'],
      /argument 'maf' is invalid\. Allowed choices are nsf, realnvp, nice\.$/,
    ],
    [
      'an unknown backend',
      ['sample', 'm.safetensors', '--backend', 'gpu'],
      /^ebbflow: no such backend: expected .*wasm.*, got gpu$/,
    ],
  ]

  it.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await ebbflow(...args)
    expect(stderr.trimEnd()).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([1, ''])
  })

  it('--debug shows where an error arose', async () => {
    const { code, stderr } = await ebbflow('fit', 'none.csv', '--debug')
    expect(code).toBe(1)
    expect(stderr).toMatch(/none\.csv: no such file\n +at /)
  })
})
