import {
  type Bijector,
  type Build,
  type Call,
  type Config,
  check,
  commit,
  constant,
  type Distribution,
  describe,
  EVAL,
  expectShape,
  gradients,
  located,
  Module,
  Rng,
  type Shape,
  type StateUpdates,
  showShape,
  splitShape,
  sumEvent,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type FlowSampleOptions, FlowView } from './view.js'

/** What a conditional flow wants beside its input, and an unconditional one does not take. */
export type With<C, Given extends unknown[]> = C extends tf.Tensor ? [...Given, context: C] : Given

/** The options of sampling, which hold the context of a conditional flow. */
export type SampleArguments<C> = C extends tf.Tensor
  ? [options: FlowSampleOptions & { context: C }]
  : [options?: FlowSampleOptions]

/** The options of {@link Flow.logProbEstimate}, which hold the context of a conditional flow. */
export type EstimateOptions<C> = { rng: Rng } & (C extends tf.Tensor ? { context: C } : { context?: undefined })

/** Options of {@link Flow}. */
export interface FlowOptions {
  /** Where z is drawn from: one event of the shape that the bijector takes. */
  base: Distribution
  /** f, from noise to data: x = f(z). */
  bijector: Bijector
  /** C, the size of the context that its layers take. Default 0: an unconditional flow. */
  context?: number
}

/**
 * A normalizing flow: noise z from a base distribution carried to data by a bijector, x = f(z), so that
 * log p(x) = log p_Z(f⁻¹(x)) + log|det ∂f⁻¹/∂x| exactly, and samples are f of draws of z (Rezende & Mohamed 2015, arXiv 1505.05770;
 * Papamakarios et al. 2021, arXiv 1912.02762, eq. 2).
 *
 * Data have shape `[...batch, ...event]`, a context `[...batch, C]`. `Flow<tf.Tensor>` is conditional: without its context it does not
 * compile.
 *
 * @throws EbbflowError `shape` for a base that the bijector does not take.
 * @example
 * ```ts
 * await useBackend('wasm')
 * const flow = realNVP({ dimensions: 2 }).init({ seed: 1 })
 * const x = flow.sample(1000, { rng: Rng.seed(2) }) // [1000, 2]
 * const logp = flow.logProb(x) // [1000]
 * ```
 */
export class Flow<C extends tf.Tensor | undefined = undefined> extends Module {
  static readonly type: string = 'flow'
  readonly base: Distribution
  readonly bijector: Bijector
  readonly context: number
  /** Shape of one data point. */
  readonly eventShape: Shape

  constructor({ base, bijector, context = 0 }: FlowOptions) {
    super()
    check(base.batchShape.length === 0, 'the base must be one distribution, not a batch', {
      expected: 'Independent around it',
      received: `batch ${showShape(base.batchShape)}`,
    })
    check(base.eventShape.length >= bijector.inputRank, 'the base has too few dimensions for the bijector', {
      expected: `events of at least ${bijector.inputRank} dimensions`,
      received: showShape(base.eventShape),
    })
    this.base = this.child('base', base)
    this.bijector = this.child('bijector', bijector)
    this.context = context
    const at = base.eventShape.length - bijector.inputRank
    this.eventShape = [...base.eventShape.slice(0, at), ...bijector.outputShape(base.eventShape.slice(at))]
  }

  static fromConfig(config: Config, build: Build): Flow {
    return new Flow({
      base: build(config.base ?? null) as Distribution,
      bijector: build(config.bijector ?? null) as Bijector,
      context: config.context as number,
    })
  }
  config(): Config {
    return { base: describe(this.base), bijector: describe(this.bijector), context: this.context }
  }

  /**
   * log p(x), of shape `[...batch]`, for x of shape `[...batch, ...event]`.
   *
   * @throws EbbflowError `unsupported` where a layer only estimates its log-determinant, naming it.
   */
  logProb(...[x, context]: With<C, [x: tf.Tensor]>): tf.Tensor {
    return this.logProbIn(x, this.callWith(context as tf.Tensor | undefined))
  }

  /**
   * An estimate of log p(x), of shape `[...batch]`, from one draw of the generator: for flows whose layers only estimate their
   * log-determinants (the power series of an i-ResNet, biased; Russian roulette and Hutchinson traces, without bias). Where every layer is
   * exact it is log p(x) itself.
   */
  logProbEstimate(x: tf.Tensor, options: EstimateOptions<C>): tf.Tensor {
    return this.logProbIn(x, { ...this.callWith(options.context), rng: options.rng, estimate: true })
  }

  /** Whether some layer only estimates its log-determinant, so that `logProb` throws and {@link logProbEstimate} answers. */
  get estimated(): boolean {
    return estimates(this.bijector)
  }

  /** log p(x) with a call of one's own, which `fit` uses to train layers that have two modes. */
  logProbIn(x: tf.Tensor, call: Call): tf.Tensor {
    return this.run(() => {
      this.checkEvent(x)
      const { value, logDet } = this.bijector.inverseAndLogDet(x, call)
      return tf.add(this.base.logProb(value), this.overEvent(logDet))
    })
  }

  /** Draws of shape `[...shape, ...event]`, or `[...shape, ...batch, ...event]` with a context of shape `[...batch, C]`. */
  sample(shape: number | Shape = [], ...[options]: SampleArguments<C>): tf.Tensor {
    return this.run(() => {
      const { z, call } = this.noise(shape, options)
      return this.bijector.forward(z, call)
    })
  }

  /** Draws and their log-densities from one pass. */
  sampleAndLogProb(
    shape: number | Shape = [],
    ...[options]: SampleArguments<C>
  ): { value: tf.Tensor; logProb: tf.Tensor } {
    return this.run(() => {
      const { z, call } = this.noise(shape, options)
      const { value, logDet } = this.bijector.forwardAndLogDet(z, call)
      return { value, logProb: tf.sub(this.base.logProb(z), this.overEvent(logDet)) }
    })
  }

  /** z = f⁻¹(x). */
  toLatent(...[x, context]: With<C, [x: tf.Tensor]>): tf.Tensor {
    return this.run(() => {
      this.checkEvent(x)
      return this.bijector.inverse(x, this.callWith(context as tf.Tensor | undefined))
    })
  }

  /** x = f(z). */
  fromLatent(...[z, context]: With<C, [z: tf.Tensor]>): tf.Tensor {
    return this.run(() => this.bijector.forward(z, this.callWith(context as tf.Tensor | undefined)))
  }

  /** The score ∇ₓ log p(x), of the shape of x. */
  score(...[x, context]: With<C, [x: tf.Tensor]>): tf.Tensor {
    const call = this.callWith(context as tf.Tensor | undefined)
    return gradients(() => tf.sum(this.logProbIn(x, call)), [x])[0]!
  }

  /** A view of a conditional flow that holds a context; it computes nothing and owns nothing. */
  given(context: C & tf.Tensor): FlowView {
    return new FlowView(this as unknown as Flow<tf.Tensor>, context)
  }

  /** Lets layers that set themselves from data (ActNorm) do so from a batch; call it once, before training. */
  initialise(...[x, context]: With<C, [x: tf.Tensor]>): this {
    const updates: StateUpdates = new Map()
    const call: Call = { ...this.callWith(context as tf.Tensor | undefined), mode: 'train', updates, initialise: true }
    this.run(() => this.bijector.inverse(x, call)).dispose()
    commit(updates)
    return this
  }

  private noise(shape: number | Shape, options: (FlowSampleOptions & { context?: tf.Tensor }) | undefined) {
    const { rng = Rng.entropy(), temperature = 1, context } = options ?? {}
    check(temperature >= 0 && Number.isFinite(temperature), 'a temperature must be at least 0', {
      received: `${temperature}`,
    })
    const call = { ...this.callWith(context), rng: rng.fork() }
    const batch = context ? context.shape.slice(0, -1) : []
    const z = this.base.sample([...(typeof shape === 'number' ? [shape] : shape), ...batch], { rng })
    if (temperature === 1) return { z, call }
    const mean = this.base.mean()
    return { z: tf.add(mean, tf.mul(tf.sub(z, mean), constant(temperature))), call }
  }

  private callWith(context: tf.Tensor | undefined): Call {
    check(this.context === 0 || context, 'this flow is conditional', {
      expected: `a context of shape [...batch, ${this.context}]`,
      received: 'none',
    })
    check(this.context > 0 || !context, 'this flow is not conditional, and takes no context', {
      expected: 'none',
      received: `a context of shape ${context && showShape(context.shape)}`,
    })
    return context ? { mode: 'eval', context } : EVAL
  }

  private checkEvent(x: tf.Tensor): void {
    expectShape(splitShape(x.shape, this.eventShape.length).event, this.eventShape, 'event shape')
  }

  /** Sums the log-determinant over the dimensions by which the event exceeds the bijector's. */
  private overEvent(logDet: tf.Tensor): tf.Tensor {
    return sumEvent(logDet, this.base.eventShape.length - this.bijector.inputRank)
  }

  private run<T extends tf.TensorContainer>(rule: () => T): T {
    try {
      return tf.tidy(rule)
    } catch (error) {
      throw located(error, this)
    }
  }
}

/** Whether a module, or one within it, only estimates its log-determinant. */
export const estimates = (module: Module): boolean =>
  (module as { estimated?: boolean }).estimated === true || [...module.children.values()].some(estimates)
