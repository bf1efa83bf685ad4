import { expect, test } from 'vitest'
import { leak } from './leak.fixture.js'

test('10,000 steps hold no tensor and no megabyte more at the end than at step 100', async () => {
  const { early, late, before, after } = await leak(10_000)
  expect(late.tensors).toBe(early.tensors)
  expect(late.buffers).toBe(early.buffers)
  expect(late.wasm).toBe(early.wasm)
  expect(late.megabytes).toBeLessThan(early.megabytes + 1)
  expect(after).toBe(before)
}, 300_000)
