import { describe, expect, it } from 'vitest'
import { percent, scientific, show, signed } from './show.js'

describe('numbers as readers see them', () => {
  it('have a minus sign that is one, and none on zero', () => {
    expect(show(-1.256, 2)).toBe('−1.26')
    expect(show(-0.001, 2)).toBe('0.00')
    expect(show(Number.NaN)).toBe('–')
    expect(show(-Infinity)).toBe('−∞')
    expect(signed(0.5, 1)).toBe('+0.5')
    expect(signed(-0.5, 1)).toBe('−0.5')
    expect(percent(0.125, 1)).toBe('12.5 %')
  })

  it('have their power of ten where they are small', () => {
    expect(scientific(4.4e-16)).toBe('4.4 · 10⁻¹⁶')
    expect(scientific(-25)).toBe('−2.5 · 10¹')
    expect(scientific(0)).toBe('0')
    expect(scientific(Number.NaN)).toBe('–')
  })
})
