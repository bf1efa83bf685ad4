import type { Expression } from '../model/expression.js'
import { readValue, type Values, withStandards, writeValue } from '../model/options.js'
import { recipeOf } from '../model/recipes.js'
import { FIRST_STACK, readStack, type Stacked, stackExpression, writeStack, wrongWith } from '../model/stack.js'

/** What the address holds of the studio: all that makes a training run, given the data. */
export interface Settings {
  /** Name of the data: a toy, `flights`, `drawn`… */
  readonly data: string
  /** A recipe, or `stack` for layers stacked by hand. */
  readonly recipe: string
  readonly values: Values
  readonly stack: readonly Stacked[]
  readonly learningRate: number
  readonly batchSize: number
  readonly steps: number
  readonly seed: number
}

const STANDARD = { data: 'twoMoons', recipe: 'nsf', learningRate: 3e-3, batchSize: 256, steps: 5000, seed: 1 }

/** What suits data that the standard does not. */
const SUITED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  digits: { flow: 'realNVP', rate: '0.001' },
  // so few rows are soon learnt by heart
  penguins: { layers: '3', hidden: '16', rate: '0.001', steps: '1000' },
}

/** What is to change when other data are chosen: what suits them, unless the reader has departed from what suited the last. */
export function changesFor(data: string, before: Settings): Partial<Settings> {
  const own = ({ recipe, values, learningRate, steps }: Settings) => ({ recipe, values, learningRate, steps })
  const suiting = (name: string) => own(readSettings(SUITED[name] ?? {}))
  return JSON.stringify(own(before)) === JSON.stringify(suiting(before.data)) ? { data, ...suiting(data) } : { data }
}

/** The name under which layers stacked by hand stand among the recipes. */
export const STACK = 'stack'

export const LEARNING_RATES = [3e-4, 1e-3, 3e-3, 1e-2] as const
export const BATCH_SIZES = [64, 128, 256, 512, 1024] as const
export const BUDGETS = [1000, 2000, 5000, 10_000, 20_000, 50_000] as const

/** Parameters of the address as settings; whatever it does not say, or says wrongly, is the standard. */
export function readSettings(parameters: Readonly<Record<string, string>>): Settings {
  const recipe = recipeOf(parameters.flow ?? STANDARD.recipe)
  const given = recipe.options.flatMap((option) => {
    const text = parameters[option.key]
    const value = text === undefined ? undefined : readValue(option, text)
    return value === undefined ? [] : [[option.key, value] as const]
  })
  const number = (key: string, standard: number, least: number, most: number): number => {
    const value = Number(parameters[key] ?? Number.NaN)
    return value >= least && value <= most ? value : standard
  }
  return {
    data: parameters.data ?? STANDARD.data,
    recipe: parameters.flow === STACK ? STACK : recipe.name,
    stack: (parameters.stack === undefined ? undefined : readStack(parameters.stack)) ?? FIRST_STACK,
    values: withStandards(recipe.options, Object.fromEntries(given)),
    learningRate: number('rate', STANDARD.learningRate, 1e-6, 1),
    batchSize: Math.round(number('batch', STANDARD.batchSize, 8, 4096)),
    steps: Math.round(number('steps', STANDARD.steps, 1, 1_000_000)),
    seed: Math.round(number('seed', STANDARD.seed, 0, 2 ** 31)),
  }
}

/** Settings as parameters of the address; standards are left out (undefined takes them from there). */
export function writeSettings(settings: Settings): Record<string, string | undefined> {
  const unless = (value: string | number, standard: string | number): string | undefined =>
    value === standard ? undefined : String(value)
  const recipe = recipeOf(settings.recipe)
  const byHand = settings.recipe === STACK
  return {
    data: unless(settings.data, STANDARD.data),
    flow: unless(settings.recipe, STANDARD.recipe),
    stack: byHand ? unless(writeStack(settings.stack), writeStack(FIRST_STACK)) : undefined,
    ...Object.fromEntries(
      recipe.options.map(({ key, standard }) => [
        key,
        byHand ? undefined : unless(writeValue(settings.values[key] ?? standard), writeValue(standard)),
      ]),
    ),
    rate: unless(settings.learningRate, STANDARD.learningRate),
    batch: unless(settings.batchSize, STANDARD.batchSize),
    steps: unless(settings.steps, STANDARD.steps),
    seed: unless(settings.seed, STANDARD.seed),
  }
}

/**
 * The flow that the settings describe, for data of so many columns.
 *
 * @throws Error for a stack that is none, saying why.
 */
export function modelOf({ recipe, values, stack }: Settings, dimensions: number): Expression {
  if (recipe !== STACK) return recipeOf(recipe).expression(dimensions, values)
  const wrong = wrongWith(stack, dimensions)
  if (wrong) throw new Error(wrong)
  return stackExpression(stack, dimensions)
}
