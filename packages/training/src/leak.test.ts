import { expect, test } from 'vitest'
import { leak } from './leak.fixture.js'

test('300 steps leave no tensor behind', async () => {
  const { early, late, before, after } = await leak(300)
  expect(late.tensors).toBe(early.tensors)
  expect(late.buffers).toBe(early.buffers)
  expect(late.wasm).toBe(early.wasm)
  expect(late.megabytes).toBeLessThan(early.megabytes + 1)
  expect(after).toBe(before)
})
