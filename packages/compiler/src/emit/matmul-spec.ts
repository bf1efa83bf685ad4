import type { DataType } from '@tensorflow/tfjs-core'
import type { LoopStep, Ref } from './steps.js'

/** What happens to each element of a product before it is written. */
export interface Epilogue {
  /** What it reads besides: strides from row to row and from column to column. */
  readonly leaves: readonly { readonly row: number; readonly column: number; readonly dtype: DataType }[]
  readonly steps: readonly LoopStep[]
  readonly outputs: readonly { readonly ref: Ref; readonly dtype: DataType }[]
}

/** An axis along which the products of a batch lie, with the strides of all pointers in elements. */
export interface OuterAxis {
  readonly size: number
  readonly a: number
  readonly b: number
  readonly c: number
  /** Of the leaves of the epilogue. */
  readonly leaves: readonly number[]
}

/** An axis that is summed over. */
export interface DepthAxis {
  readonly size: number
  readonly a: number
  readonly b: number
}

/**
 * c[.., i, j] = e(Σₖ a[.., i, k] b[.., k, j]), k running over one axis or several: strides in elements; rows of b and of c lie together
 * (stride 1 along j, and n from one row of c to the next); e is the epilogue.
 */
export interface MatmulSpec {
  readonly m: number
  readonly n: number
  /** From one row of a to the next. */
  readonly row: number
  /** Axes that are summed over, outermost first. */
  readonly depth: readonly DepthAxis[]
  /** How many of these, from the first on, are gone through one part of the sum after another, so that parts stay in the nearest caches. */
  readonly split: number
  /** Axes of the batch, outermost first. */
  readonly outer: readonly OuterAxis[]
  /**
   * A table tells where work is to be done, in whole numbers, two for each panel of eight columns: `depth`, the first k and how many;
   * `rows`, for each block of rows, the first tile and how many, all other elements being 0.
   */
  readonly table?: 'depth' | 'rows'
  readonly epilogue?: Epilogue
}

/** Rows of a that are gone through at once, so that they stay in the nearest cache while all columns of b pass. */
export const BLOCK = 64
/** Columns of a panel, and rows of a tile within it. */
export const PANEL = 8
export const TILE = 4
