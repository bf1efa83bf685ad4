/** How a batch is parted: into lanes whose sums are kept apart, each of one block of rows or of several, one after another. */
export interface Parting {
  readonly lanes: number
  /** Rows of every block but the last. */
  readonly block: number
  readonly last: number
  readonly blocks: number
}

const MOST_LANES = 4
const [FEWEST_ROWS, MOST_ROWS] = [64, 256]
/** Rows of so many numbers, as images are, are work enough for lanes of fewer. */
const [WIDE, FEWEST_WIDE] = [256, 16]
/** Bytes of parameters whose gradients go to and from the caches, so that lanes must have more rows to pay for their sums. */
const LARGE = 2 ** 18

/**
 * Parts a batch by its size, a row's and the parameters' alone, so that the same batch is parted in the same way whatever threads there are; undefined
 * where it is too small for parts to pay.
 */
export function partingOf(rows: number, perRow: number, parameterBytes: number): Parting | undefined {
  const narrow = parameterBytes > LARGE ? 2 * FEWEST_ROWS : FEWEST_ROWS
  const fewest = perRow < WIDE ? narrow : FEWEST_WIDE
  const lanes = Math.min(MOST_LANES, Math.floor(rows / fewest))
  if (lanes < 2) return undefined
  const each = Math.ceil(rows / (lanes * MOST_ROWS))
  const block = Math.ceil(rows / (lanes * each))
  const blocks = Math.ceil(rows / block)
  return { lanes, block, blocks, last: rows - (blocks - 1) * block }
}
