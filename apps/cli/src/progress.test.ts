import { PassThrough } from 'node:stream'
import type { Progress } from '@ebbflow/training'
import { expect, it } from 'vitest'
import { progressView } from './progress.js'
import { columns, duration, whole } from './words.js'

const at = (step: number, seconds: number, more: Partial<Progress> = {}): Progress => ({
  step,
  steps: 2000,
  fraction: step / 2000,
  seconds,
  rate: 12.34,
  eta: 65,
  trainNll: 3,
  bestStep: 0,
  learningRate: 1e-3,
  gradientNorm: 1,
  engine: 'eager',
  ...more,
})
const convert = { train: (nll: number) => nll + 1, validation: (nll: number) => nll - 1 }

function shown(isTTY: boolean, quiet: boolean, updates: Progress[]): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 160, cursorTo() {}, clearLine() {} })
  let text = ''
  stream.on('data', (data: Buffer) => {
    text += data.toString()
  })
  const view = progressView(stream as unknown as NodeJS.WriteStream, convert, quiet)
  for (const update of updates) view.update(update)
  view.stop()
  stream.read()
  return text
}

it('writes a line each few seconds where there is no terminal, and the last one', () => {
  const text = shown(false, false, [
    at(0, 0, { trainNll: Number.NaN }),
    at(1, 0.1),
    at(20, 2),
    at(70, 6, { validationNll: 5, engine: 'compiled', threads: 2 }),
    at(75, 7, { steps: Number.POSITIVE_INFINITY, eta: Number.POSITIVE_INFINITY }),
  ])
  expect(text.split('\n')).toEqual([
    'step 1 of 2,000 (0 %), 12 steps/s, eager, 1 min 05 s left, NLL train 4.000, validation …',
    'step 70 of 2,000 (4 %), 12 steps/s, compiled on 2 threads, 1 min 05 s left, NLL train 4.000, validation 4.000',
    'step 75 (4 %), 12 steps/s, eager, … left, NLL train 4.000, validation …',
    '',
  ])
})

it('draws a bar with rate, time left and both likelihoods on a terminal', () => {
  const text = shown(true, false, [at(0, 0), at(1000, 80, { validationNll: 5 })])
  expect(text).toMatch(
    /█+░+ 50% │ step 1,000 of 2,000 │ 12 steps\/s, eager │ 1 min 05 s left │ NLL train 4\.000 validation 4\.000/,
  )
})

it('is silent when asked to be', () => {
  expect(shown(true, true, [at(1, 1)])).toBe('')
})

it('words figures', () => {
  expect([3.21, 45.4, 65, 3599.7].map(duration)).toEqual(['3.2 s', '45 s', '1 min 05 s', '60 min 00 s'])
  expect(whole(200_000)).toBe('200,000')
  expect(
    columns(
      [
        ['a', '1'],
        ['bcd', '20'],
      ],
      [1],
    ),
  ).toBe('a     1\nbcd  20')
})
