import { rgb } from 'd3-color'
import { interpolateLab, piecewise } from 'd3-interpolate'
import type { Palette } from './scene.js'

/** 256 colours of an interpolator over 0 … 1. */
export function paletteOf(interpolate: (t: number) => string): Palette {
  const out = new Uint8Array(768)
  for (let i = 0; i < 256; i++) {
    const { r, g, b } = rgb(interpolate(i / 255))
    out.set([r, g, b], 3 * i)
  }
  return out
}

/** 256 colours around a middle, which both of the indices next to it show: what is 0 has no tint. */
export const balanced = (interpolate: (t: number) => string): Palette =>
  paletteOf((t) => interpolate(t < 0.5 ? (t * 255) / 254 : 1 - ((1 - t) * 255) / 254))

/** Colours through some stops, evenly spaced, mixed as they are perceived. */
export const through = (stops: readonly string[]): ((t: number) => string) => piecewise(interpolateLab, [...stops])

/** The colour at t in 0 … 1. */
export function colourAt(palette: Palette, t: number): string {
  const i = 3 * Math.round(255 * Math.min(1, Math.max(0, t)))
  return `#${[0, 1, 2].map((k) => palette[i + k]!.toString(16).padStart(2, '0')).join('')}`
}

/** Whether light text reads better on a colour than dark text. */
export function isDark(colour: string): boolean {
  const { r, g, b } = rgb(colour)
  const linear = [r, g, b].map((v) => (v <= 10 ? v / 3294 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]! < 0.2
}
