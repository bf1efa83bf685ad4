import {
  Bijector,
  type Build,
  type Call,
  type Config,
  type Cost,
  check,
  constant,
  describe,
  expectEvent,
  type Mapped,
  runKernels,
  type Shape,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Conditioner } from '../conditioners/conditioner.js'
import { withContext } from '../conditioners/context.js'
import { MADE } from '../conditioners/made.js'
import { asRows } from '../conditioners/rows.js'
import { type Family, rawSize } from '../families/family.js'
import { splitRaw } from '../families/raw.js'
import { invertTriangular, type TriangularMap } from './implicit.js'
import { TRANSPOSED } from './kernels.js'
import { solveInOrder } from './solve-in-order.js'

/** Options of {@link MaskedAutoregressive}. */
export interface MaskedAutoregressiveOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** The elementwise maps. */
  family: Family
  /**
   * From the values and the context, `[...batch, D + C]`, to the raw parameters of the family, laid out one parameter after another; those
   * of a value must depend on the values before it, in some order, alone. A `MADE`, or a network of one's own.
   */
  conditioner: Conditioner
  /** C, the size of the context. Default 0: none. */
  context?: number
}

/**
 * A masked autoregressive layer: y_d = f(x_d; θ_d(x before d, context)), log|det| = Σ log|∂f/∂x_d|, for x of shape `[...batch, D]`
 * (Papamakarios et al. 2017, arXiv 1705.07057, eq. 4–5, which apply it to data: `new Inverse(layer)` in a flow; Kingma et al. 2016,
 * arXiv 1606.04934, which apply it to noise).
 *
 * `forward` is one pass. `inverse` goes through the values one after another. With a `MADE` it is incremental: hidden units are sorted by
 * degree and each is computed once, so the arithmetic is that of one pass; with another conditioner it takes D passes. Its gradient, by
 * the implicit function theorem, is one pass and a transposed sweep (D passes with another conditioner).
 *
 * @throws EbbflowError `argument` for sizes that the conditioner does not have, or a context that is missing or of another size.
 * @example
 * ```ts
 * const family = affine()
 * const conditioner = new MADE({ dimensions: 3, parameters: parameterSizes(family) })
 * const layer = new MaskedAutoregressive({ dimensions: 3, family, conditioner }).init()
 * ```
 */
export class MaskedAutoregressive extends Bijector {
  static readonly type: string = 'masked-autoregressive'
  readonly dimensions: number
  readonly context: number
  readonly family: Family
  readonly conditioner: Conditioner
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost: { readonly forward: Cost; readonly inverse: Cost }

  constructor({ dimensions, family, conditioner, context = 0 }: MaskedAutoregressiveOptions) {
    super()
    check(Number.isInteger(dimensions) && dimensions >= 1, 'an autoregressive layer needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    const [inputs, outputs] = [dimensions + context, dimensions * rawSize(family)]
    check(conditioner.inputs === inputs && conditioner.outputs === outputs, 'the conditioner does not fit', {
      expected: `${inputs} inputs and ${outputs} outputs`,
      received: `${conditioner.inputs} and ${conditioner.outputs}`,
    })
    if (conditioner instanceof MADE)
      check(conditioner.plan.context === context, 'the conditioner does not fit', {
        expected: `a context of ${context}`,
        received: `${conditioner.plan.context}`,
      })
    this.dimensions = dimensions
    this.context = context
    this.family = family
    this.cost = { forward: 'closed', inverse: family.inverseCost === 'iterative' ? 'iterative' : 'sequential' }
    this.conditioner = this.child('conditioner', conditioner)
  }

  static fromConfig(config: Config, build: Build): MaskedAutoregressive {
    return new MaskedAutoregressive({
      dimensions: config.dimensions as number,
      context: config.context as number,
      family: build(config.family ?? null) as Family,
      conditioner: build(config.conditioner ?? null) as Conditioner,
    })
  }
  config(): Config {
    const { dimensions, context } = this
    return { dimensions, context, family: describe(this.family), conditioner: describe(this.conditioner) }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const { value, logDet } = this.transform(x, withContext(x, this.context, call), call)
    return { value, logDet: tf.sum(logDet, -1) }
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    const joined = withContext(y, this.context, call)
    const rows = asRows(y, this.dimensions)
    const context = this.context === 0 ? [] : [this.contextOf(asRows(joined, this.dimensions + this.context))]
    const slots = [...this.conditioner.parameters()]
    const found = invertTriangular(
      this.mapIn(
        call,
        slots.map(([path]) => path),
      ),
      rows,
      [...context, ...slots.map(([, slot]) => slot.value)],
    )
    if (y.rank === 2) return found
    return { value: tf.reshape(found.value, y.shape), logDet: tf.reshape(found.logDet, y.shape.slice(0, -1)) }
  }

  private transform(x: tf.Tensor, joined: tf.Tensor, call: Call): Mapped {
    const raw = this.conditioner.apply(joined, call)
    return this.family.forward(this.family.constrain(splitRaw(this.family, raw, this.dimensions)), x)
  }

  private contextOf(joined: tf.Tensor): tf.Tensor {
    return tf.slice(joined, [0, this.dimensions], [joined.shape[0]!, this.context])
  }

  /** The layer as a map of rows that depends on nothing but what it is given: the context's rows and the conditioner's parameters. */
  private mapIn(call: Call, paths: readonly string[]): TriangularMap {
    const { conditioner, family, dimensions } = this
    const joined = (x: tf.Tensor, theta: tf.Tensor[]): tf.Tensor =>
      this.context === 0 ? x : tf.concat([x, theta[0]!], 1)
    const given = <T>(theta: tf.Tensor[], body: () => T): T => {
      const own = this.context === 0 ? theta : theta.slice(1)
      return conditioner.withParameters(new Map(paths.map((path, i) => [path, own[i]!])), body)
    }
    const evaluate: TriangularMap['evaluate'] = (x, theta) =>
      given(theta, () => {
        const { value, logDet } = this.transform(x, joined(x, theta), call)
        return { value, logDiagonal: logDet }
      })
    if (!(conditioner instanceof MADE))
      return {
        dimensions,
        evaluate,
        ...plain(family, dimensions, evaluate, (x, theta) =>
          given(theta, () => family.constrain(splitRaw(family, conditioner.apply(joined(x, theta), call), dimensions))),
        ),
      }
    const { plan } = conditioner
    return {
      dimensions,
      evaluate,
      solve: (y, theta) =>
        given(theta, () => solveInOrder(conditioner, family, y, this.context === 0 ? undefined : theta[0]!)),
      pull: (dx, x, theta) =>
        given(theta, () => {
          const { outputs, entering } = conditioner.trace(joined(x, theta))
          const slopes = conditioner.slopes(entering, x)
          const image = (): tf.Tensor =>
            family.forward(family.constrain(splitRaw(family, outputs, dimensions)), x).value
          const [diagonal, linear] = vjp(image, [x, outputs], constant(1, x.shape)).gradients
          const inputs = [dx, diagonal!, linear!, slopes.features, ...slopes.activations]
          return runKernels(TRANSPOSED, [...inputs, ...conditioner.weights.kernels], { plan })[0]!
        }),
    }
  }
}

/** The plain way, for conditioners of which no degrees are known: each of D passes makes one more value right. */
function plain(
  family: Family,
  dimensions: number,
  evaluate: TriangularMap['evaluate'],
  parametersAt: (x: tf.Tensor, theta: tf.Tensor[]) => ReturnType<Family['constrain']>,
): Pick<TriangularMap, 'solve' | 'pull'> {
  return {
    solve: (y, theta) => {
      let found: Mapped = { value: constant(0, y.shape), logDet: constant(0, y.shape) }
      for (let pass = 0; pass < dimensions; pass++) found = family.inverse(parametersAt(found.value, theta), y)
      return [found.value, tf.sum(found.logDet, 1)]
    },
    pull: (dx, x, theta) => {
      const back = tf.exp(tf.neg(evaluate(x, theta).logDiagonal))
      let v = tf.mul(dx, back)
      for (let pass = 1; pass < dimensions; pass++) {
        const pulled = vjp(() => evaluate(x, theta).value, [x], v).gradients[0]!
        v = tf.add(v, tf.mul(tf.sub(dx, pulled), back))
      }
      return v
    },
  }
}
