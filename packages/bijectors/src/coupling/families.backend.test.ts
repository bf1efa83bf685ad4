import { registryOf } from '@ebbflow/core'
import { bijectorContract, type Domain } from '@ebbflow/testing'
import { Angles } from '../conditioners/angles.js'
import { MLP } from '../conditioners/mlp.js'
import {
  affine,
  affineType,
  bernstein,
  bernsteinType,
  CIRCLE,
  circularSpline,
  circularSplineType,
  composed,
  composedType,
  type Family,
  logisticMixture,
  logisticMixtureType,
  monotoneNetwork,
  monotoneNetworkType,
  onLine,
  onLineType,
  rationalQuadratic,
  rationalQuadraticType,
  UNIT,
} from '../families/index.js'
import { Coupling, couplingSizes } from './coupling.js'

const registry = registryOf(
  Angles,
  Coupling,
  MLP,
  affineType,
  bernsteinType,
  circularSplineType,
  composedType,
  logisticMixtureType,
  monotoneNetworkType,
  onLineType,
  rationalQuadraticType,
)
const cases: Record<string, { family: Family; on?: Domain }> = {
  'mixtures of logistics': { family: onLine(logisticMixture({ components: 3 })) },
  'Bernstein polynomials': { family: onLine(bernstein({ degree: 4 })) },
  'Bernstein polynomials of (0, 1)': { family: bernstein({ degree: 4 }), on: UNIT },
  'monotone networks': { family: monotoneNetwork({ width: 3, layers: 2 }) },
  'circular splines': { family: circularSpline({ bins: 4 }), on: CIRCLE },
  'splines before affine maps': { family: composed(rationalQuadratic({ bins: 4, bound: 3 }), affine()) },
}

for (const dimensions of [2, 5, 64])
  for (const [name, { family, on }] of Object.entries(cases)) {
    const sizes = couplingSizes({ dimensions, family })
    const angles = family.domain === CIRCLE
    bijectorContract(`Coupling of ${name}, D = ${dimensions}`, {
      make: () =>
        new Coupling({
          dimensions,
          family,
          conditioner: angles
            ? new Angles(
                sizes.inputs,
                new MLP({ inputs: 2 * sizes.inputs, outputs: sizes.outputs, hidden: [8], activation: 'tanh' }),
              )
            : new MLP({ ...sizes, hidden: [8], activation: 'tanh' }),
        }),
      event: [dimensions],
      ...(on ? { domain: on, range: on } : {}),
      // at 64 values fewer rows for time, and smaller parameters lest finite differences straddle a kink at a knot
      ...(dimensions > 5 ? { parameterSpread: 0.03, rows: 1 } : { parameterSpread: 0.3 }),
      kappa: 64,
      registry,
    })
  }
