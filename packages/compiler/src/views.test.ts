import { expect, test } from 'vitest'
import { broadcastView, collapse, isPlain, reshapeView } from './views.js'

test('reshapes a view where strides can say it', () => {
  const plain = { offset: 3, strides: [12, 4, 1] }
  expect(reshapeView(plain, [2, 3, 4], [6, 4])).toEqual({ offset: 3, strides: [4, 1] })
  expect(reshapeView(plain, [2, 3, 4], [2, 1, 3, 2, 2])).toEqual({ offset: 3, strides: [12, 0, 4, 2, 1] })
  const turned = { offset: 0, strides: [1, 3] }
  expect(reshapeView(turned, [3, 2], [6])).toBeUndefined()
  expect(reshapeView(turned, [3, 2], [3, 1, 2])).toEqual({ offset: 0, strides: [1, 0, 3] })
  const repeated = { offset: 0, strides: [0, 1] }
  expect(reshapeView(repeated, [4, 3], [2, 2, 3])).toEqual({ offset: 0, strides: [0, 0, 1] })
  expect(reshapeView(repeated, [4, 3], [12])).toBeUndefined()
  expect(reshapeView(repeated, [1, 3], [3])).toEqual({ offset: 0, strides: [1] })
})

test('broadcasts by strides of zero', () => {
  expect(broadcastView({ offset: 2, strides: [5, 1] }, [3, 1], [2, 3, 4])).toEqual({ offset: 2, strides: [0, 5, 0] })
})

test('merges axes that all views go through evenly', () => {
  expect(
    collapse(
      [2, 3, 1, 4],
      [
        [12, 4, 4, 1],
        [0, 4, 4, 1],
      ],
    ),
  ).toEqual({
    sizes: [2, 12],
    strides: [
      [12, 1],
      [0, 1],
    ],
    axis: [0, 3],
  })
  expect(collapse([2, 3], [[3, 1]], () => false).sizes).toEqual([2, 3])
  expect(collapse([1, 1], [[1, 1]]).sizes).toEqual([])
})

test('knows the plain order', () => {
  expect(isPlain({ offset: 0, strides: [3, 1] }, [2, 3])).toBe(true)
  expect(isPlain({ offset: 0, strides: [9, 1] }, [1, 3])).toBe(true)
  expect(isPlain({ offset: 1, strides: [3, 1] }, [2, 3])).toBe(false)
})
