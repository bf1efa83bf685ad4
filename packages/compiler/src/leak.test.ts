import { useBackend } from '@ebbflow/core'
import { beforeAll, expect, test } from 'vitest'
import { disposed, leak } from './leak.fixture.js'
import { openThreads } from './open-threads.js'

beforeAll(() => useBackend('wasm'))

test('200 calls of programs leave nothing behind', () => {
  const { early, late } = leak(200)
  expect(late.tensors).toBe(early.tensors)
  expect(late.megabytes).toBeLessThan(early.megabytes + 1)
})

test('dispose frees a program’s memory', async () => {
  const threads = await openThreads({ count: 2 })
  try {
    for (const pool of [undefined, threads]) {
      const { before, during, after } = disposed(pool)
      expect(during.megabytes - before.megabytes).toBeGreaterThan(8)
      expect(after.megabytes - before.megabytes).toBeLessThan(0.1 * (during.megabytes - before.megabytes))
    }
  } finally {
    threads.close()
  }
})
