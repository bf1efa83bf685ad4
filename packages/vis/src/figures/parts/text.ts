import type { Mark, TextMark } from '../../scene/scene.js'
import type { Theme } from '../../scene/theme.js'
import type { FigureOptions } from './options.js'

/** Sizes of letters in pixels. */
export const SIZE = { title: 16, label: 12, tick: 11 } as const

/** Roughly how wide a text is, from the mean width of Inter's letters: layouts must not need a canvas to measure. */
export function widthOf(text: string, size: number): number {
  let units = 0
  for (const letter of text) units += /[iljtfr.,:;|!'’ ()]/.test(letter) ? 0.32 : /[mwMW%@—]/.test(letter) ? 0.88 : 0.6
  return units * size
}

/** A line of text. */
export const textMark = (
  x: number,
  y: number,
  text: string,
  fill: string,
  more: Partial<Omit<TextMark, 'kind' | 'x' | 'y' | 'text' | 'fill'>> = {},
): TextMark => ({ kind: 'text', x, y, text, fill, size: SIZE.label, ...more })

/** Title and notes, and how far down they reach. */
export function heading(
  { title, notes = [] }: FigureOptions,
  theme: Theme,
  x: number,
): { marks: Mark[]; bottom: number } {
  const marks: Mark[] = []
  let bottom = 12
  if (title !== undefined && title !== '') {
    marks.push(textMark(x, bottom + 18, title, theme.ink, { size: SIZE.title, weight: 600 }))
    bottom += 28
  }
  for (const note of notes) {
    marks.push(textMark(x, bottom + 14, note, theme.muted))
    bottom += 18
  }
  return { marks, bottom }
}
