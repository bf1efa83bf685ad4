import { describe, expect, it } from 'vitest'
import { newest } from './session.js'

describe('asking for the newest alone', () => {
  it('has one question at a time, and skips what was overtaken', async () => {
    const asked: number[] = []
    const answered: number[] = []
    const open: (() => void)[] = []
    const want = newest(
      (n: number) => {
        asked.push(n)
        return new Promise<number>((resolve) => open.push(() => resolve(10 * n)))
      },
      (answer) => answered.push(answer),
    )
    for (const n of [1, 2, 3, 4]) want(n)
    expect(asked).toEqual([1])
    open[0]!()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(asked).toEqual([1, 4])
    open[1]!()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(answered).toEqual([10, 40])
    want(5)
    expect(asked).toEqual([1, 4, 5])
  })
})
