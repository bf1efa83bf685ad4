import type { Mark, Panel, Scene } from '../../scene/scene.js'
import type { Theme } from '../../scene/theme.js'
import type { FigureOptions } from './options.js'

/** A figure's marks as a picture, named by its title or, without one, by what it is. */
export function sceneOf(
  options: FigureOptions,
  theme: Theme,
  size: { width: number; height: number },
  told: { title: string; description: string },
  marks: readonly Mark[],
  panels: readonly Panel[],
): Scene {
  return {
    width: Math.round(size.width),
    height: Math.round(size.height),
    background: theme.background,
    font: theme.font,
    title: options.title || told.title,
    description: options.description ?? told.description,
    marks,
    panels,
  }
}

/** A number as sentences tell it. */
export const told = (value: number): string => String(Number(value.toPrecision(4)))
