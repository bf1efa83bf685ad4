import type { Theme } from '../../scene/theme.js'

/** What every figure takes. */
export interface FigureOptions {
  /** In CSS pixels. */
  readonly width?: number
  /** Default `light`. */
  readonly theme?: 'light' | 'dark' | Theme
  /** Stands over the figure, and names it to screen readers; without one nothing stands there, and a general name is told. */
  readonly title?: string
  /** Smaller lines under the title. */
  readonly notes?: readonly string[]
  /** What the figure shows, for those who do not see it. Default: what its data tell. */
  readonly description?: string
}
