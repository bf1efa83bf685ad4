import { check, type SavedType, solveMonotone, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type FamilyParameters, LINE } from './family.js'
import { joinSigmoids } from './sigmoids.js'
import { bounded, type Directions, logSoftmax, ontoUnit, UNIT, type UnitFamily } from './unit.js'

/** Options of {@link logisticMixture}. */
export interface LogisticMixtureOptions {
  /** Number of logistic distributions K. Default 8. */
  components?: number
  /** Largest |log s| of a component's scale s. Default 3. */
  bound?: number
}

/**
 * The distribution functions of mixtures of logistics, ℝ → (0, 1): y = Σₖ wₖ σ((x − μₖ) / sₖ), log-derivative the mixture's log-density
 * (Ho et al. 2019, Flow++, arXiv 1902.00275, eq. 12–14). `onLine(logisticMixture())` is the logit of that, ℝ → ℝ, as Flow++ uses it, and
 * starts as the identity.
 *
 * The inverse is found by `solveMonotone`, its gradient by the implicit function theorem. Means and log-scales are raw values times
 * factors from 1/4 to 4, one a component, so that components which start together part early in training.
 *
 * @throws EbbflowError `argument` for no components or a bound that is not positive; `convergence`, naming the rows, from the inverse.
 * @example
 * ```ts
 * const layer = new Elementwise({ family: onLine(logisticMixture({ components: 4 })), shape: [3] }).init()
 * ```
 */
export function logisticMixture(options: LogisticMixtureOptions = {}): UnitFamily {
  const { components = 8, bound = 3 } = options
  check(Number.isInteger(components) && components >= 1, 'a mixture needs a component', {
    expected: 'a whole number of 1 or more',
    received: `${components}`,
  })
  check(bound > 0 && Number.isFinite(bound), 'the bound of log-scales must be positive', {
    expected: 'a number above 0',
    received: `${bound}`,
  })
  const forward: Directions['forward'] = ({ logWeights, means, logScales }, x) => {
    const t = tf.mul(tf.sub(tf.expandDims(x, -1), means!), tf.exp(tf.neg(logScales!)))
    return joinSigmoids(logWeights!, { value: t, logSlope: tf.neg(logScales!) })
  }
  const line: Directions = { forward, inverse: solved(forward, ['logWeights', 'means', 'logScales']) }
  return {
    type: 'logistic-mixture',
    shapes: { weights: [components], means: [components], scales: [components] },
    identity: { weights: 0, means: 0, scales: 0 },
    domain: LINE,
    range: UNIT,
    inverseCost: 'iterative',
    constrain: ({ weights, means, scales }) => ({
      logWeights: logSoftmax(weights!),
      means: tf.mul(means!, tensor(speeds(components))),
      logScales: bounded(tf.mul(scales!, tensor(speeds(components).reverse())), bound),
    }),
    ...ontoUnit(line),
    line,
    config: () => ({ components, bound }),
  }
}

/** Factors from 1/4 to 4, each another: of parameters that start alike, and would else stay so. */
export const speeds = (count: number): number[] =>
  count === 1 ? [1] : Array.from({ length: count }, (_, k) => 4 ** ((2 * k) / (count - 1) - 1))

/** The inverse of an increasing map of ℝ onto ℝ, by `solveMonotone`; the log-derivative is the forward map's at the solution. */
export const solved =
  (forward: Directions['forward'], names: readonly string[]): Directions['inverse'] =>
  (p: FamilyParameters, y) => {
    const named = (values: tf.Tensor[]): FamilyParameters => Object.fromEntries(names.map((n, i) => [n, values[i]!]))
    const value = solveMonotone(
      (x, ...rest) => forward(named(rest), x).value,
      y,
      names.map((name) => p[name]!),
    )
    return { value, logDet: tf.neg(forward(p, value).logDet) }
  }

/** The mixture distribution functions, as files name them. */
export const logisticMixtureType: SavedType<UnitFamily> = {
  type: 'logistic-mixture',
  fromConfig: (options) => logisticMixture(options as LogisticMixtureOptions),
}
