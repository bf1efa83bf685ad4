import { describe, type SavedType } from '@ebbflow/core'
import { type Family, LINE } from './family.js'
import type { UnitFamily } from './unit.js'

/**
 * A family of (0, 1) joined to ℝ by logits: y = logit(f(x)), or logit(f(σ(x))) where f begins on (0, 1) too, in formulas of its own that
 * hold in both tails in single precision.
 *
 * @example
 * ```ts
 * const family = onLine(bernstein())
 * const conditioner = new MLP({ inputs: 1, outputs: rawSize(family) })
 * const layer = new Coupling({ dimensions: 2, family, conditioner }).init()
 * ```
 */
export const onLine = (family: UnitFamily): Family => ({
  type: 'on-line',
  shapes: family.shapes,
  identity: family.identity,
  domain: LINE,
  range: LINE,
  ...(family.inverseCost ? { inverseCost: family.inverseCost } : {}),
  constrain: family.constrain,
  forward: family.line.forward,
  inverse: family.line.inverse,
  config: () => ({ family: describe(family) }),
})

/** The families joined to ℝ, as files name them. */
export const onLineType: SavedType<Family> = {
  type: 'on-line',
  fromConfig: ({ family }, build) => onLine(build(family ?? null) as UnitFamily),
}
