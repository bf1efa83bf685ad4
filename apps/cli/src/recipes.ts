import { type Flow, nice, nsf, realNVP } from '@ebbflow/flows'

/** Sizes of a recipe; each recipe has its own defaults. */
export interface RecipeSizes {
  readonly layers?: number
  readonly hidden?: readonly number[]
  /** Bins of splines; other flows have none. */
  readonly bins?: number
}

const RECIPES = {
  nsf: (dimensions: number, { bins, ...sizes }: RecipeSizes): Flow =>
    nsf({ dimensions, ...sizes, ...(bins === undefined ? {} : { bins }) }),
  realnvp: (dimensions: number, { bins: _, ...sizes }: RecipeSizes): Flow => realNVP({ dimensions, ...sizes }),
  nice: (dimensions: number, { bins: _, ...sizes }: RecipeSizes): Flow => nice({ dimensions, ...sizes }),
} as const

/** The flows that the command knows by name. */
export type RecipeName = keyof typeof RECIPES

/** Their names. */
export const recipeNames = Object.keys(RECIPES) as RecipeName[]

/** A flow over so many columns. */
export const recipe = (name: RecipeName, dimensions: number, sizes: RecipeSizes = {}): Flow =>
  RECIPES[name](dimensions, sizes)
