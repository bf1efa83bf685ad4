import type { Cost, Json, Mapped, Shape } from '@ebbflow/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Parameters of a family by name: of shape `[...batch, D, ...shape]`, `shape` as the family states it for one value. */
export type FamilyParameters = Readonly<Record<string, Tensor>>

/** Where an elementwise map is defined, or where it lands. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/** The real line. */
export const LINE: Interval = { lower: -Infinity, upper: Infinity }

/**
 * An elementwise family of invertible maps y = f(x; p): pure functions of its parameters, which a conditioner or a module of its own
 * supplies. All log-determinants are those of single values, of the shape of x.
 */
export interface Family {
  /** Stable name in files. */
  readonly type: string
  /** The raw parameters that one value needs, by name: `[]` for a scalar, `[K]` for K of them. */
  readonly shapes: Readonly<Record<string, Shape>>
  /** The raw values at which the map is the identity, by name. */
  readonly identity: Readonly<Record<string, number>>
  readonly domain: Interval
  readonly range: Interval
  /** Unconstrained real parameters to those that the formula takes. */
  constrain(raw: FamilyParameters): FamilyParameters
  /** f(x; p) and log|∂f/∂x|. */
  forward(parameters: FamilyParameters, x: Tensor): Mapped
  /** f⁻¹(y; p) and log|∂f⁻¹/∂y|. */
  inverse(parameters: FamilyParameters, y: Tensor): Mapped
  /** What the inverse costs for one value. Default `closed`. */
  readonly inverseCost?: Cost
  /**
   * f⁻¹(y) of one value in plain numbers, put in `out[0]`, and log|∂f⁻¹/∂y| in `out[1]`, from raw parameters `raw[at + i · stride]` in the
   * order of `shapes`, before the identity is added: what lets an autoregressive inverse run within one kernel. Families without it are
   * inverted in tensors, a step a value.
   */
  readonly inverseNumber?: (
    raw: Float32Array | Float64Array,
    at: number,
    stride: number,
    y: number,
    out: Float64Array,
  ) => void
  /** Its options, for files. */
  config(): { readonly [key: string]: Json }
}

/** How many raw values one value needs. */
export const rawSize = (family: Family): number =>
  Object.values(family.shapes).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)
