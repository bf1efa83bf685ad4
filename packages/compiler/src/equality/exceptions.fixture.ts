import { expect } from 'vitest'
import type { Compiled } from './agreement.fixture.js'

/** What runs eagerly, and the reason that is given. */
export const EAGER: Readonly<Record<string, RegExp>> = {
  // data tell how many steps there are, and the backward pass goes through each of them
  'ffjord, forward': /depends on data/,
  'ffjord, inverse': /depends on data/,
  'ffjord, densities': /depends on data/,
  'ffjord, samples': /depends on data/,
}

/** Kernels that programs leave to the engine, and why. */
export const ON_ENGINE: Readonly<Record<string, string>> = {
  Cos: 'angles are few, and are computed once a step',
  Sin: 'as Cos',
  Tan: 'draws of Cauchy alone take it',
  Sum: 'sums of truth values, which count categories',
  ZerosLike: 'zeros of whole numbers, beside look-ups in tables',
}

/** Expects a function to be compiled where it is not listed, and what is listed not to be, so that the lists shrink as the compiler grows. */
export function expectListed(what: string, { engine, reason, kernel }: Compiled): void {
  const listed = EAGER[what]
  const expected = listed ? { engine: 'eager', reason: expect.stringMatching(listed) } : { engine: 'compiled' }
  expect({ engine, ...(reason !== undefined && { reason }) }, what).toEqual(expected)
  if (kernel) expect(Object.keys(ON_ENGINE), `${what}: a kernel that is not compiled`).toContain(kernel)
}
