import { lab, rgb } from 'd3-color'
import { describe, expect, it } from 'vitest'
import { colourAt, isDark } from './palette.js'
import { dark, light } from './theme.js'

/** The contrast of two colours (W3C, WCAG 2.2). */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const { r, g, b: blue } = rgb(colour)
    const [x, y, z] = [r, g, blue].map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!
  }
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q)
  return (high! + 0.05) / (low! + 0.05)
}

// Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency", severity 1
const EYES = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  all: [1, 0, 0, 0, 1, 0, 0, 0, 1],
}

/** A colour as eyes see it. */
function seen(colour: string, m: readonly number[]) {
  const { r, g, b } = rgb(colour)
  const linear = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  const [x, y, z] = [0, 3, 6].map((k) => {
    const v = Math.min(
      1,
      Math.max(
        0,
        linear.reduce((sum, c, i) => sum + c * m[k + i]!, 0),
      ),
    )
    return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)
  })
  return lab(rgb(x!, y!, z!))
}

const distance = (a: ReturnType<typeof lab>, b: ReturnType<typeof lab>): number =>
  Math.hypot(a.l - b.l, a.a - b.a, a.b - b.b)

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, theme) => {
  it('has text that reads, and lines that show', () => {
    expect(contrast(theme.ink, theme.background)).toBeGreaterThan(7)
    expect(contrast(theme.muted, theme.background)).toBeGreaterThan(4.5)
    // names stand beside their lines in the same colour
    for (const colour of theme.series) expect(contrast(colour, theme.background)).toBeGreaterThan(3)
  })

  it.each(Object.entries(EYES))('has series that differ to %s', (_, eyes) => {
    const colours = theme.series.slice(0, 4).map((colour) => seen(colour, eyes))
    colours.forEach((a, i) => {
      for (const b of colours.slice(i + 1)) expect(distance(a, b)).toBeGreaterThan(12)
    })
    expect(distance(colours[0]!, colours[1]!)).toBeGreaterThan(40)
  })

  it.each(Object.entries(EYES))('has a sequential scale that goes one way in lightness to %s', (_, eyes) => {
    const lightness = Array.from({ length: 33 }, (_, i) => seen(colourAt(theme.sequential, i / 32), eyes).l)
    const sign = Math.sign(lightness.at(-1)! - lightness[0]!)
    expect(Math.abs(lightness.at(-1)! - lightness[0]!)).toBeGreaterThan(60)
    for (let i = 1; i < 33; i++) expect(sign * (lightness[i]! - lightness[i - 1]!)).toBeGreaterThan(-0.5)
    expect(colourAt(theme.sequential, 0)).toBe(theme.background)
  })

  it.each(Object.entries(EYES))('has a diverging scale whose sides differ to %s', (_, eyes) => {
    expect(colourAt(theme.diverging, 0.5)).toBe(theme.background)
    expect(colourAt(theme.diverging, 127 / 255)).toBe(theme.background)
    for (const t of [0.15, 0.3, 0.5]) {
      const [low, high] = [
        seen(colourAt(theme.diverging, 0.5 - t), eyes),
        seen(colourAt(theme.diverging, 0.5 + t), eyes),
      ]
      expect(distance(low, high)).toBeGreaterThan(20)
      expect(Math.abs(low.l - high.l)).toBeLessThan(14)
    }
  })
})

it('knows on which colours light text reads', () => {
  expect(['#000000', '#7a2e00', '#0b3d66'].every(isDark)).toBe(true)
  expect(['#ffffff', '#f7b27c', '#8fc1e6'].some(isDark)).toBe(false)
})
