import { nsf } from '@ebbflow/flows'
import { type Expression, namesIn } from '../model/expression.js'

/** What the model that the studio opens with is made of. */
const FIRST: Readonly<Record<string, unknown>> = { nsf }

/** Names that an expression's parts are looked up in: few for the first model, all for others, whose code is fetched then. */
export async function scopeOf(model: Expression): Promise<Readonly<Record<string, unknown>>> {
  if (namesIn(model).every((name) => Object.hasOwn(FIRST, name))) return FIRST
  return (await import('./whole-scope.js')).scope
}
