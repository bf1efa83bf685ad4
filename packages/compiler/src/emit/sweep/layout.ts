/** Rows that go through the network side by side. */
export const ROWS = 64
/** Rows of a panel: its activations `[unit][row]` lie together, a line of the cache for each unit. */
export const PANEL = 16
export const LINE = 4 * PANEL

/** Numbers of what is kept while some rows go through a network of such widths. */
export const stateSize = (widths: readonly number[]): number => ROWS * (1 + widths.reduce((a, b) => a + b, 0))
