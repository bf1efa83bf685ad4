import { type Cost, check, describe, type Mapped, type SavedType } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Family, type FamilyParameters, rawSize } from './family.js'

const PARTS = ['first', 'second'] as const

/**
 * Two families one after the other: y = g(f(x; p); q), log|dy/dx| = log|f′| + log|g′|, with the parameters of both.
 *
 * @throws EbbflowError `argument` where `second` is not defined on all that `first` gives.
 * @example
 * ```ts
 * // a spline whose interval, and the tails outside of it, an affine map moves and scales
 * const family = composed(rationalQuadratic(), affine())
 * const layer = new Elementwise({ family, shape: [3] }).init()
 * ```
 */
export function composed(first: Family, second: Family): Family {
  check(
    second.domain.lower <= first.range.lower && second.domain.upper >= first.range.upper,
    'the second family must be defined on the range of the first',
    {
      expected: `at least (${first.range.lower}, ${first.range.upper})`,
      received: `(${second.domain.lower}, ${second.domain.upper})`,
    },
  )
  const families = { first, second }
  const named = <T>(values: (family: Family) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      PARTS.flatMap((part) =>
        Object.entries(values(families[part])).map(([name, value]) => [`${part}-${name}`, value]),
      ),
    )
  const of = (part: 'first' | 'second', all: FamilyParameters): FamilyParameters =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) =>
        name.startsWith(`${part}-`) ? [[name.slice(part.length + 1), value]] : [],
      ),
    )
  const both = (a: Mapped, b: Mapped): Mapped => ({ value: b.value, logDet: tf.add(a.logDet, b.logDet) })
  const slower = [first.inverseCost, second.inverseCost].find((cost): cost is Cost => cost === 'iterative')
  const [f, g] = [first.inverseNumber, second.inverseNumber]
  const size = rawSize(first)
  return {
    type: 'composed',
    shapes: named((family) => family.shapes),
    identity: named((family) => family.identity),
    domain: first.domain,
    range: second.range,
    ...(slower ? { inverseCost: slower } : {}),
    ...(f && g
      ? {
          inverseNumber: (raw, at, stride, y, out) => {
            g(raw, at + size * stride, stride, y, out)
            const outer = out[1]!
            f(raw, at, stride, out[0]!, out)
            out[1]! += outer
          },
        }
      : {}),
    constrain: (raw) =>
      Object.fromEntries(
        PARTS.flatMap((part) =>
          Object.entries(families[part].constrain(of(part, raw))).map(([name, value]) => [`${part}-${name}`, value]),
        ),
      ),
    forward: (p, x) => {
      const inner = first.forward(of('first', p), x)
      return both(inner, second.forward(of('second', p), inner.value))
    },
    inverse: (p, y) => {
      const inner = second.inverse(of('second', p), y)
      return both(inner, first.inverse(of('first', p), inner.value))
    },
    config: () => ({ first: describe(first), second: describe(second) }),
  }
}

/** Two families one after the other, as files name them. */
export const composedType: SavedType<Family> = {
  type: 'composed',
  fromConfig: ({ first, second }, build) => composed(build(first ?? null) as Family, build(second ?? null) as Family),
}
