import { describe, expect, it } from 'vitest'
import { AXES, growthText, workAt } from './growth.js'
import { marksOf, memoryText } from './memory.js'

describe('growth', () => {
  it('goes along one axis at a time, over the ranges that are promised', () => {
    expect(workAt('rows', 1024, 'step')).toMatchObject({ rows: 1024, event: [2], layers: 8, kind: 'step' })
    expect(workAt('dimensions', 32, 'logProb')).toMatchObject({ rows: 256, event: [32], layers: 8 })
    expect(workAt('layers', 128, 'logProb')).toMatchObject({ rows: 256, event: [2], layers: 128 })
    const ends = AXES.map(({ values }) => [values[0], values.at(-1)])
    expect(ends).toEqual([
      [256, 1_048_576],
      [2, 1024],
      [1, 128],
    ])
  })

  it('is told in time a row and planned memory, with what failed and why', () => {
    const text = growthText('rows', 'logProb', [
      { value: 256, timings: { compiled: { ms: 0.512, bytes: 2 ** 20 }, eager: { ms: 2.56 } } },
      { value: 1024, timings: { compiled: { error: 'too much memory' }, eager: { ms: 10.24 } } },
    ])
    const lines = text.split('\n')
    expect(lines[1]!.trim().split(/ {2,}/)).toEqual([
      'rows',
      'compiled, ms',
      'µs a row',
      'planned MiB',
      'eager, ms',
      'µs a row',
    ])
    expect(lines[2]!.trim().split(/ +/)).toEqual(['256', '0.51', '2.00', '1.00', '2.56', '10.0'])
    expect(lines[4]).toBe('  compiled at 1,024 rows: too much memory')
    const layers = growthText('layers', 'step', [{ value: 4, timings: { eager: { ms: 256 } } }])
    expect(layers).toMatch(/4 +256 +1000$/)
  })
})

describe('memory', () => {
  it('is looked at after 1 %, 10 % and all of the calls', () => {
    expect(marksOf(10_000)).toEqual([100, 1000, 10_000])
    expect(marksOf(5)).toEqual([1, 5])
  })

  it('is told in mebibytes', () => {
    const marks = [{ calls: 100, resident: 100 * 2 ** 20, heap: 2 ** 21, tensors: 7 }]
    expect(memoryText('step', { marks, bytes: 2 ** 20 })).toBe(
      'step; planned 1.0 MiB\n  after     100 calls: 100.0 MiB resident, 2.0 MiB on the heap, 7 tensors',
    )
    expect(memoryText('step', { error: 'gone' })).toMatch(/failed: gone/)
  })
})
