import { expect, test } from 'vitest'
import { leak } from './leak.fixture.js'

test.each(['eager', 'compiled'] as const)('300 %s steps leave no tensor behind', async (engine) => {
  const { early, late, before, after } = await leak(300, engine)
  expect(late.tensors).toBe(early.tensors)
  expect(late.buffers).toBe(early.buffers)
  expect(late.wasm).toBe(early.wasm)
  expect(late.megabytes).toBeLessThan(early.megabytes + 1)
  expect(after).toBe(before)
})
