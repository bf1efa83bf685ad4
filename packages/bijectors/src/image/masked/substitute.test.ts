import { Rng } from '@ebbflow/core'
import { expect, it } from 'vitest'
import { programOf, type Sizes } from './program.js'
import { loadProgram } from './simd.js'
import { loadPlain, substitute } from './substitute.js'

it.each([
  [[1, 3, 4, 2], 3],
  [[9, 4, 2, 3], 5],
  [[16, 2, 5, 1], 1],
  [[20, 40, 40, 6], 3],
] as [Sizes, number][])('gives the same bits with SIMD and without, %j, kernel %i', (sizes, size) => {
  const [rows, h, w, c] = sizes
  const kernel = Rng.seed('kernel')
    .values('normal', size * size * c * c)
    .map((v) => v / (4 * size * c))
  for (let i = 0; i < c; i++) kernel[((size * size - 1) / 2) * c * c + i * (c + 1)] = 1 + i / 4
  const y = Rng.seed('y').values('normal', rows * h * w * c)
  expect(loadProgram(programOf(kernel, sizes, size, 'before'))).toBeDefined()
  for (const sees of ['before', 'after'] as const) {
    const fast = substitute(kernel, y, sizes, size, sees)
    const plain = substitute(kernel, y, sizes, size, sees, loadPlain)
    expect(Buffer.from(fast.buffer).equals(Buffer.from(plain.buffer))).toBe(true)
    expect(fast.some((value) => value !== 0)).toBe(true)
  }
})
