import { describe, expect, it } from 'vitest'
import { choice, number, numbers } from './state.js'

describe('a page’s state in its address', () => {
  it('comes back as it went', () => {
    const codec = numbers([3, 2, 0, 2], { min: -4, max: 4 })
    expect(codec.parse(codec.format([1.25, -2, 0, 0.5]))).toEqual([1.25, -2, 0, 0.5])
    expect(number(1, { min: 0, max: 2 }).format(1 / 3)).toBe('0.3333')
  })

  it('stays within its range, whatever the address says', () => {
    expect(number(1, { min: 0, max: 2 }).parse('1e9')).toBe(2)
    expect(number(1, { min: 0, max: 2 }).parse('')).toBeUndefined()
    expect(number(1, { min: 0, max: 2 }).parse('NaN')).toBeUndefined()
    expect(numbers([1, 2], { min: 0, max: 3 }).parse('1,x')).toBeUndefined()
    expect(numbers([1, 2], { min: 0, max: 3 }).parse('1,2,3')).toBeUndefined()
    expect(numbers([1, 2], { min: 0, max: 3 }, 4).parse('1,2,9')).toEqual([1, 2, 3])
    expect(choice('a', ['a', 'b']).parse('c')).toBeUndefined()
  })
})
