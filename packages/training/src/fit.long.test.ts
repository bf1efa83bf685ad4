import { expect, test } from 'vitest'
import { leak } from './leak.fixture.js'

test.each(['eager', 'compiled'] as const)(
  '10,000 %s steps hold no tensor and no megabyte more at the end than at step 100',
  async (engine) => {
    const { early, late, before, after } = await leak(10_000, engine)
    expect(late.tensors).toBe(early.tensors)
    expect(late.buffers).toBe(early.buffers)
    expect(late.wasm).toBe(early.wasm)
    expect(late.megabytes).toBeLessThan(early.megabytes + 1)
    expect(after).toBe(before)
  },
  300_000,
)
