import { expect, test } from 'vitest'
import { withLongAxis } from './loop-axes.js'

const step = (kernel: string) => [{ kernel, args: [], attrs: {}, dtype: 'float32' as const }]
const axes = (...sizes: number[]) => ({ sizes, strides: [sizes.map((_, i) => 10 ** i)], axis: sizes.map((_, i) => i) })

test('four lanes go along a long axis where the last is too short for them', () => {
  expect(withLongAxis(axes(6, 50, 2), step('Add'), undefined)).toEqual({
    sizes: [6, 2, 50],
    strides: [[1, 100, 10]],
    axis: [0, 2, 1],
  })
  expect(withLongAxis(axes(50, 3), step('Tanh'), undefined).sizes).toEqual([3, 50])
})

test('axes stay where the last is long enough, or no other is', () => {
  for (const [sizes, kernel] of [
    [[50, 3], 'Add'],
    [[50, 4], 'Tanh'],
    [[7, 2], 'Tanh'],
    [[2], 'Tanh'],
  ] as const)
    expect(withLongAxis(axes(...sizes), step(kernel), undefined).sizes).toEqual(sizes)
})

test('a reduction of a short axis goes across rows, along one that is not reduced', () => {
  expect(withLongAxis(axes(9, 50, 3), [], [false, true, true]).sizes).toEqual([50, 3, 9])
  expect(withLongAxis(axes(50, 3), [], [true, true]).sizes).toEqual([50, 3])
  expect(withLongAxis(axes(50, 2), [], [true, false]).sizes).toEqual([50, 2])
})
