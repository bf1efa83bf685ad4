import { afterEach, expect, test, vi } from 'vitest'
import { Pace, turn } from './pace.js'

afterEach(() => vi.unstubAllGlobals())

test.each(['setImmediate', 'MessageChannel'])('a turn by %s lets timers run, and costs little', async (way) => {
  if (way === 'MessageChannel') vi.stubGlobal('setImmediate', undefined)
  let ran = false
  setTimeout(() => {
    ran = true
  }, 0)
  const began = performance.now()
  while (!ran && performance.now() - began < 1000) {
    await turn()
  }
  expect(ran).toBe(true)
  // a turn by a timer would take a millisecond at least
  const before = performance.now()
  for (let i = 0; i < 100; i++) await turn()
  expect((performance.now() - before) / 100).toBeLessThan(1)
})

test('a pace is due after ten milliseconds of work', async () => {
  const pace = new Pace()
  expect(pace.due).toBe(false)
  const until = performance.now() + 12
  while (performance.now() < until);
  expect(pace.due).toBe(true)
  await pace.turn()
  expect(pace.due).toBe(false)
})
