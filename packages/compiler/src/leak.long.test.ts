import { useBackend } from '@ebbflow/core'
import { beforeAll, expect, test } from 'vitest'
import { leak } from './leak.fixture.js'
import { openThreads } from './open-threads.js'

beforeAll(() => useBackend('wasm'))

test('10,000 calls of programs, alone and on threads, leave nothing behind', async () => {
  const threads = await openThreads({ count: 2 })
  try {
    for (const pool of [undefined, threads]) {
      const { early, late } = leak(10_000, pool)
      expect(late.tensors).toBe(early.tensors)
      expect(late.megabytes).toBeLessThan(early.megabytes + 1)
    }
  } finally {
    threads.close()
  }
})
