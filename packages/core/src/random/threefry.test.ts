import { describe, expect, it } from 'vitest'
import { exactLog, normalQuantile } from './normal.js'
import { fold, threefry } from './threefry.js'

describe('threefry', () => {
  // the known answers that come with Random123 (Salmon et al. 2011), threefry2x32 of 20 rounds
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as const)('gives the published words for key %j and counter %j', (key, counter, expected) => {
    const out = new Uint32Array(2)
    threefry(key[0], key[1], counter[0], counter[1], out)
    expect([...out]).toEqual(expected)
  })

  it('folds different labels to different words', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 2000; i++) seen.add(fold([1, 2], i).join())
    for (const text of ['a', 'b', 'ab', 'ba', 'abc', 'abcd', 'abcde', '']) seen.add(fold([1, 2], text).join())
    expect(seen.size).toBe(2008)
  })
})

describe('exactLog', () => {
  it('is the logarithm to two units in the last place', () => {
    for (let i = -1000; i <= 1000; i += 7) {
      const x = 2 ** (i / 1.1) * 1.2345
      expect(Math.abs(exactLog(x) - Math.log(x))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(x))))
    }
  })
})

describe('normalQuantile', () => {
  // scipy.special.ndtri
  it.each([
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.8413447460685429, 1],
    [1e-3, -3.090232306167813],
    [1e-10, -6.361340902404056],
    [1e-30, -11.464024688443613],
  ])('of %s is %s', (u, z) => {
    expect(Math.abs(normalQuantile(u) - z)).toBeLessThan(2e-15 * Math.max(1, Math.abs(z)) * 4)
  })
})
