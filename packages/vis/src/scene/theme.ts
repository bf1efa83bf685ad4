import { interpolateLab } from 'd3-interpolate'
import { interpolateViridis, interpolateYlGnBu } from 'd3-scale-chromatic'
import { balanced, paletteOf, through } from './palette.js'
import type { Palette } from './scene.js'

/** The colours and the font of pictures. */
export interface Theme {
  readonly background: string
  /** Titles and what is to be read first. */
  readonly ink: string
  /** Labels of ticks, notes. */
  readonly muted: string
  readonly grid: string
  readonly frame: string
  /** Colours of series, told apart under every common colour blindness: the first for data, the second for what a model says. */
  readonly series: readonly string[]
  /** Tints of the first series' colour, from the faintest. */
  readonly tints: readonly string[]
  /** From nothing, which is the background, to much. */
  readonly sequential: Palette
  /** From negative over zero, which is the background, to positive. */
  readonly diverging: Palette
  readonly font: string
}

const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"

/** A scale whose low end leaves the background without a step. */
const rising = (background: string, scale: (t: number) => string): ((t: number) => string) => {
  const start = interpolateLab(background, scale(0.12))
  return (t) => (t < 0.12 ? start(t / 0.12) : scale(t))
}

/** Dark ink on white; the series are of the hues of Okabe and Ito (2008, "Color universal design"), darkened for thin lines. */
export const light: Theme = {
  background: '#ffffff',
  ink: '#1b2733',
  muted: '#5c6874',
  grid: '#e9edf1',
  frame: '#c9d1d9',
  series: ['#2f7fbf', '#c44e00', '#007a5e', '#8a4f9e', '#a87400', '#4d5966'],
  tints: ['#d9e8f5', '#a9cdea', '#6aa9d8', '#2f7fbf'],
  sequential: paletteOf(rising('#ffffff', interpolateYlGnBu)),
  diverging: balanced(through(['#0b3d66', '#2a7ab8', '#8fc1e6', '#ffffff', '#f7b27c', '#d3620f', '#7a2e00'])),
  font: FONT,
}

/** Light ink on a blue-black. */
export const dark: Theme = {
  background: '#11171d',
  ink: '#e9eef3',
  muted: '#a0acb8',
  grid: '#222c36',
  frame: '#3b4855',
  series: ['#62b0f0', '#ff9650', '#7fe3b4', '#c062c8', '#f0cf6a', '#8f9ba8'],
  tints: ['#1c3348', '#25527a', '#3a7fb8', '#7bbdf0'],
  sequential: paletteOf(rising('#11171d', interpolateViridis)),
  diverging: balanced(through(['#b5e1ff', '#52abea', '#2a638f', '#11171d', '#8f4c1b', '#f28f42', '#ffdcb8'])),
  font: FONT,
}

/** A theme by its name, or itself. */
export const themeOf = (theme: 'light' | 'dark' | Theme = 'light'): Theme =>
  theme === 'light' ? light : theme === 'dark' ? dark : theme
