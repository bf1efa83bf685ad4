import { expect } from 'vitest'
import type { Compiled } from './agreement.fixture.js'

/** What runs eagerly, and the reason that is given. */
export const EAGER: Readonly<Record<string, RegExp>> = {}

/** What is compiled but for a kernel, which the program leaves to the engine. */
export const ON_ENGINE: Readonly<Record<string, string>> = {}

/** Expects a function to be compiled where it is not listed, and what is listed not to be, so that the lists shrink as the compiler grows. */
export function expectListed(what: string, { engine, reason, kernel }: Compiled): void {
  const listed = EAGER[what]
  const expected = listed ? { engine: 'eager', reason: expect.stringMatching(listed) } : { engine: 'compiled' }
  expect({ engine, ...(reason !== undefined && { reason }) }, what).toEqual(expected)
  expect(kernel, `${what}: a kernel that is not compiled`).toBe(ON_ENGINE[what])
}
