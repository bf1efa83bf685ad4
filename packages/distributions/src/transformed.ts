import {
  type Bijector,
  type Build,
  type Call,
  type Config,
  constant,
  Distribution,
  describe,
  EbbflowError,
  EVAL,
  type Json,
  REAL,
  type Rng,
  type SampleOptions,
  type Shape,
  type Support,
  showShape,
  sumEvent,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { contextOption } from './internal/context.js'
import { anyOfLast, onUnit, replace, select } from './internal/regions.js'

/** Options of {@link Transformed}. */
export interface TransformedOptions {
  /**
   * Where the bijector's images lie, for one that does not reach the whole line: outside, the log-density is −∞ and the bijector is not
   * asked. Default: everywhere.
   */
  support?: Support
}

/**
 * A base distribution pushed through a bijector, X = f(Z): log p(x) = log p_Z(f⁻¹(x)) + log|det ∂f⁻¹/∂x|.
 *
 * With an elementwise bijector and scalar events it has `cdf` and `quantile`, where the base has.
 *
 * @throws EbbflowError `shape` when the bijector's event has more axes than the base's (wrap the base in `Independent`).
 * @example
 * ```ts
 * const logNormal = new Transformed(new Normal(), new Exp(), { support: { kind: 'real', lower: 0, upper: Infinity } })
 * ```
 */
export class Transformed extends Distribution {
  static readonly type: string = 'transformed'
  readonly base: Distribution
  readonly bijector: Bijector
  readonly batchShape: Shape
  readonly eventShape: Shape
  readonly support: Support
  readonly reparameterised: boolean
  /** Axes of the event over which the bijector's log-determinants are summed. */
  private readonly extra: number

  constructor(base: Distribution, bijector: Bijector, options: TransformedOptions = {}) {
    super()
    const { eventShape } = base
    const lead = eventShape.length - bijector.inputRank
    if (lead < 0)
      throw new EbbflowError('shape', 'the bijector maps larger events than the base has', {
        expected: `at least ${bijector.inputRank} event axes`,
        received: showShape(eventShape),
      })
    this.base = this.child('base', base)
    this.bijector = this.child('bijector', bijector)
    this.extra = lead
    this.batchShape = base.batchShape
    this.eventShape = [...eventShape.slice(0, lead), ...bijector.outputShape(eventShape.slice(lead))]
    this.support = options.support ?? REAL
    this.reparameterised = base.reparameterised
  }

  static fromConfig(config: Config, build: Build): Transformed {
    const { lower, upper, kind } = config.support as Config
    const support = {
      kind: kind as Support['kind'],
      lower: (lower ?? -Infinity) as number,
      upper: (upper ?? Infinity) as number,
    }
    return new Transformed(build(config.base as Json) as Distribution, build(config.bijector as Json) as Bijector, {
      support,
    })
  }

  config(): Config {
    const { kind, lower, upper } = this.support
    const end = (value: number): Json => (Number.isFinite(value) ? value : null)
    return {
      base: describe(this.base),
      bijector: describe(this.bijector),
      support: { kind, lower: end(lower), upper: end(upper) },
    }
  }

  protected logProbRule(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
    const density = (v: tf.Tensor): tf.Tensor => {
      const { value, logDet } = this.bijector.inverseAndLogDet(v, callOf(context))
      return tf.add(this.base.logProb(value, contextOption(context)), sumEvent(logDet, this.extra))
    }
    const beyond = this.beyond(x)
    if (!beyond) return density(x)
    const rank = this.eventShape.length
    const inside = replace(x, beyond, this.innerPoint())
    return select(rank === 0 ? beyond : anyOfLast(beyond, rank), -Infinity, density(inside))
  }

  protected sampleRule(shape: Shape, rng: Rng, context: tf.Tensor | undefined): tf.Tensor {
    const z = this.base.sample(shape, { rng, ...contextOption(context) })
    return this.bijector.forward(z, callOf(context))
  }

  override sampleAndLogProb(shape: Shape = [], options: SampleOptions = {}): { value: tf.Tensor; logProb: tf.Tensor } {
    return tf.tidy(() => {
      const z = this.base.sampleAndLogProb(shape, options)
      const { value, logDet } = this.bijector.forwardAndLogDet(z.value, callOf(options.context))
      return { value, logProb: tf.sub(z.logProb, sumEvent(logDet, this.extra)) }
    })
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const increasing = this.increasing('cdf')
    const { lower, upper } = this.support
    const below = tf.lessEqual(x, constant(lower))
    const above = tf.greaterEqual(x, constant(upper))
    const inside = replace(x, tf.logicalOr(below, above), this.innerPoint())
    const p = this.base.cdf(this.bijector.inverse(inside))
    return replace(replace(select(increasing, p, tf.sub(1, p)), below, 0), above, 1)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    const increasing = this.increasing('quantile')
    return onUnit(u, (v) => this.bijector.forward(this.base.quantile(select(increasing, v, tf.sub(1, v)))))
  }

  /** Whether the bijector increases, of the batch's shape: read off at two quantiles of the base. */
  private increasing(what: string): tf.Tensor {
    if (this.eventShape.length > 0 || this.bijector.inputRank > 0 || this.base.support.kind === 'integer')
      throw new EbbflowError(
        'unsupported',
        `Transformed has ${what} for an elementwise bijector and scalar events only`,
      )
    const at = (u: number): tf.Tensor => this.bijector.forward(this.base.quantile(constant(u)))
    return tf.greater(at(0.75), at(0.25))
  }

  private beyond(x: tf.Tensor): tf.Tensor | undefined {
    const { lower, upper } = this.support
    if (lower === -Infinity && upper === Infinity) return undefined
    return tf.logicalOr(tf.lessEqual(x, constant(lower)), tf.greaterEqual(x, constant(upper)))
  }

  private innerPoint(): number {
    const { lower, upper } = this.support
    if (lower === -Infinity) return upper === Infinity ? 0 : upper - 1
    return upper === Infinity ? lower + 1 : (lower + upper) / 2
  }
}

const callOf = (context: tf.Tensor | undefined): Call => (context ? { ...EVAL, context } : EVAL)
