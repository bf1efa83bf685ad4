import {
  type Build,
  broadcastShapes,
  type Config,
  check,
  constant,
  type Distribution,
  describe,
  EbbflowError,
  expectShape,
  type Json,
  logSumExp,
  type Rng,
  type Shape,
  type Support,
  sameShape,
  showShape,
  solveMonotone,
  stopGradient,
  tensor,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { categoryAt, declareCategories, logOfLogits, logOfWeights } from './internal/categories.js'
import { contextOption } from './internal/context.js'
import { attachRoot } from './internal/implicit.js'
import { type LearnableOptions, type Parameter, Parametric } from './internal/parametric.js'
import { onUnit, replace, select, spread } from './internal/regions.js'

/** Options of {@link Mixture}. */
export interface MixtureOptions extends LearnableOptions {
  /** A list of distributions, or one whose last batch axis runs over the components. */
  components: readonly Distribution[] | Distribution
  /** Weights of the components on the last axis, at least 0; divided by their sum. Default: all the same. */
  weights?: Parameter
  /** Log-weights of the components on the last axis, instead of weights. */
  logits?: Parameter
}

/**
 * A mixture of K distributions of the same events: p(x) = Σₖ wₖ pₖ(x). Its samples carry no gradient.
 *
 * @throws EbbflowError `argument` for bad weights; `shape` when the components' events differ, or their batches do.
 * @example
 * ```ts
 * const d = new Mixture({ components: new Normal({ loc: [-2, 2], scale: [0.5, 1] }), weights: [0.3, 0.7] })
 * d.sample([100], { rng: Rng.seed(1) }) // shape [100]
 * ```
 */
export class Mixture extends Parametric<'weights' | 'logits'> {
  static readonly type: string = 'mixture'
  /** One distribution for each component, or one with the components on its last batch axis. */
  readonly components: readonly Distribution[]
  readonly support: Support
  readonly reparameterised = false
  /** How many components. */
  readonly count: number
  /** Whether one distribution holds the components on its last batch axis. */
  private readonly family: boolean

  constructor(options: MixtureOptions) {
    const { components, weights, logits, learnable } = options
    const family = !Array.isArray(components)
    const list = (family ? [components] : components) as readonly Distribution[]
    check(list.length > 0, 'a mixture needs components')
    const first = list[0]!
    check(!family || first.batchShape.length > 0, 'a single distribution needs a batch axis for the components')
    const count = family ? first.batchShape.at(-1)! : list.length
    const equal = weights === undefined && logits === undefined ? new Float64Array(count).fill(1) : weights
    const batch = family ? first.batchShape.slice(0, -1) : list.map((c) => c.batchShape).reduce(broadcastShapes)
    super(declareCategories('weights', equal, logits), learnable, { event: first.eventShape, batch })
    this.family = family
    this.count = count
    expectShape((this.held.weights ?? this.held.logits)!.shape.slice(-1), [count], 'number of weights')
    for (const component of list) {
      expectShape(component.eventShape, first.eventShape, 'event shape of a component')
      const own = family ? batch : component.batchShape
      // a component drawn once for several of the batch would tie them together
      if (!sameShape(own, this.batchShape) && (family || own.length > 0))
        throw new EbbflowError('shape', 'a component has another batch shape than the mixture', {
          expected: showShape(this.batchShape),
          received: showShape(own),
        })
    }
    this.components = list.map((component, i) => this.child(family ? 'component' : String(i), component))
    const supports = list.map((component) => component.support)
    this.support = {
      kind: first.support.kind,
      lower: Math.min(...supports.map((s) => s.lower)),
      upper: Math.max(...supports.map((s) => s.upper)),
    }
  }

  static fromConfig(config: Config, build: Build): Mixture {
    const { components, ...rest } = config
    const made = Array.isArray(components)
      ? components.map((c: Json) => build(c) as Distribution)
      : (build(components as Json) as Distribution)
    return new Mixture({ ...rest, components: made })
  }

  override config(): Config {
    const described = this.components.map(describe)
    return { ...super.config(), components: this.family ? described[0]! : described }
  }

  private logWeights(): tf.Tensor {
    return this.held.weights ? logOfWeights(this.read('weights')) : logOfLogits(this.read('logits'))
  }

  /** What `f` gives for each component, of shape `[...lead, ...event]`, stacked on a new axis between the two. */
  private stack(f: (component: Distribution) => tf.Tensor, lead: Shape, event: Shape): tf.Tensor {
    if (this.family) return f(this.components[0]!)
    const full = [...lead, ...event]
    const each = this.components.map(f)
    return tf.stack(
      each.map((t) => spread(alignLeft(t, lead.length, event.length), full)),
      lead.length,
    )
  }

  /** The events with an axis for the components, where one distribution holds them. */
  private widen(x: tf.Tensor): tf.Tensor {
    return this.family ? tf.expandDims(x, x.rank - this.eventShape.length) : x
  }

  protected logProbRule(x: tf.Tensor, context: tf.Tensor | undefined): tf.Tensor {
    const lead = broadcastShapes(x.shape.slice(0, x.rank - this.eventShape.length), this.batchShape)
    const wide = this.widen(x)
    const each = this.stack((component) => component.logProb(wide, contextOption(context)), lead, [])
    return logSumExp(tf.add(each, this.logWeights()), -1)
  }

  protected sampleRule(shape: Shape, rng: Rng, context: tf.Tensor | undefined): tf.Tensor {
    const lead = [...shape, ...this.batchShape]
    const event = this.eventShape
    const chosen = categoryAt(rng.uniform(lead), this.logWeights())
    const numbers = tensor(Float64Array.from({ length: this.count }, (_, k) => k))
    const mask = tf.reshape(tf.equal(tf.expandDims(chosen, -1), numbers), [...lead, this.count, ...event.map(() => 1)])
    const draws = this.stack(
      (component) => {
        const own = this.family || component.batchShape.length > 0 ? shape : lead
        return component.sample(own, { rng, ...contextOption(context) })
      },
      lead,
      event,
    )
    // choosing by a mask and not by a product: an infinite draw of another component must not become NaN
    return stopGradient(tf.sum(select(mask, draws, 0), lead.length))
  }

  /** Σₖ wₖ f(component k), of shape `[...lead, ...event]`. */
  private expect(f: tf.Tensor, lead: Shape, event: Shape): tf.Tensor {
    const w = tf.exp(this.logWeights())
    return tf.sum(tf.mul(f, tf.reshape(w, [...w.shape, ...event.map(() => 1)])), lead.length)
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const lead = broadcastShapes(x.shape, this.batchShape)
    const wide = this.widen(x)
    return this.expect(
      this.stack((component) => component.cdf(wide), lead, []),
      lead,
      [],
    )
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    if (this.eventShape.length > 0 || this.support.kind !== 'real')
      throw new EbbflowError('unsupported', 'Mixture has quantile for real scalar events only')
    const shape = broadcastShapes(u.shape, this.batchShape)
    return onUnit(spread(u, shape), (v) => {
      // between the components' own quantiles lies the mixture's
      const each = stopGradient(this.stack((component) => component.quantile(this.widen(v)), shape, []))
      const low = tf.min(each, -1)
      const width = tf.sub(tf.max(each, -1), low)
      const open = tf.logicalAnd(tf.greater(width, 0), tf.less(width, constant(Infinity)))
      const shut = tf.logicalNot(open)
      const at = (share: tf.Tensor): tf.Tensor => tf.add(replace(low, shut, 0), tf.mul(replace(width, shut, 1), share))
      const level = stopGradient(replace(v, shut, 0.5))
      const share = solveMonotone((t) => select(open, this.cdf(at(t)), t), level, [], { lower: 0, upper: 1 })
      const attached = attachRoot(
        at(share),
        v,
        (x) => this.cdf(x),
        (x) => this.logProb(x),
      )
      const end = select(tf.less(v, 0.5), low, tf.max(each, -1))
      return select(open, attached, end)
    })
  }

  private means(): tf.Tensor {
    return this.stack((component) => component.mean(), this.batchShape, this.eventShape)
  }

  protected override meanRule(): tf.Tensor {
    return this.expect(this.means(), this.batchShape, this.eventShape)
  }

  protected override varianceRule(): tf.Tensor {
    const within = this.stack((component) => component.variance(), this.batchShape, this.eventShape)
    const shift = tf.sub(this.means(), tf.expandDims(this.meanRule(), this.batchShape.length))
    return this.expect(tf.add(within, tf.square(shift)), this.batchShape, this.eventShape)
  }
}

/** A component's `[...own, ...event]` as `[1, …, ...own, ...event]` with as many leading axes as `lead`. */
function alignLeft(t: tf.Tensor, lead: number, event: number): tf.Tensor {
  const own = t.rank - event
  return tf.reshape(t, [...new Array(lead - own).fill(1), ...t.shape])
}
