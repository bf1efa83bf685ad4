import {
  Bijector,
  type Build,
  type Call,
  type Config,
  check,
  constant,
  describe,
  EbbflowError,
  expectEvent,
  fixedPoint,
  type Json,
  type Mapped,
  rngOf,
  type Shape,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { imageContext, withContext } from '../conditioners/context.js'
import type { LipschitzNet } from './lipschitz-net.js'
import { checkLogDet, estimateLogDet, exactLogDet, type ResidualLogDet } from './log-det.js'

/** Options of {@link InvertibleResidual}. */
export interface InvertibleResidualOptions {
  /** f, from events and the context to events: vectors or images. */
  net: LipschitzNet
  /** Default `exact`. */
  logDet?: ResidualLogDet
  /** C, the size of the context; the net takes as many inputs more than its events have on their last axis. Default 0: none. */
  context?: number
}

/**
 * The block of i-ResNets: y = x + f(x) with f of Lipschitz constant L < 1, log|det| = tr ln(I + ∂f/∂x) = Σₖ (−1)^(k+1) tr((∂f/∂x)ᵏ) / k, for
 * x of shape `[...batch, D]`, or images `[...batch, h, w, c]` (Behrmann et al. 2019, arXiv 1811.00995, eq. 1 and 4; Chen et al. 2019, arXiv 1906.02735).
 *
 * Forward costs one pass, and for an exact log-determinant D more and D³; the inverse is Banach's iteration x ← y − f(x), of about
 * log ε / log L passes, with gradients from the implicit function theorem. A context `[...batch, C]` joins the net's input, for images as C constant
 * channels, or as it is where it has the rank of x, `[...batch, h, w, C]`. Estimated log-determinants need a call with `estimate` (or one
 * that trains) and an rng.
 *
 * @throws EbbflowError `argument` for a net of other sizes, a roulette of infinite variance, or a context that is missing; `shape` for one of another
 * size; `unsupported` where an exact
 * log-determinant is wanted of a layer that estimates its own; `convergence` naming rows whose inverse is not found.
 * @example
 * ```ts
 * const layer = new InvertibleResidual({ net: new LipschitzMLP({ inputs: 2, outputs: 2, hidden: [16] }) }).init({ seed: 1 })
 * const y = layer.forward(x)
 * ```
 */
export class InvertibleResidual extends Bijector {
  static readonly type: string = 'invertible-residual'
  /** Shape of an event. */
  readonly shape: Shape
  readonly context: number
  readonly logDet: ResidualLogDet
  readonly inputRank: number
  readonly outputRank: number
  readonly cost = { forward: 'closed', inverse: 'iterative' } as const
  private readonly net: LipschitzNet

  constructor({ net, logDet = 'exact', context = 0 }: InvertibleResidualOptions) {
    super()
    const channels = net.event.at(-1)!
    check(net.inputs === channels + context, 'the net does not fit', {
      expected: `${channels + context} inputs for ${channels} outputs and a context of ${context}`,
      received: `${net.inputs}`,
    })
    checkLogDet(logDet, net.lipschitz)
    this.net = this.child('net', net)
    this.shape = net.event
    this.inputRank = net.event.length
    this.outputRank = net.event.length
    this.context = context
    this.logDet = logDet
  }

  static fromConfig(config: Config, build: Build): InvertibleResidual {
    return new InvertibleResidual({
      net: build(config.net ?? null) as LipschitzNet,
      logDet: config.logDet as unknown as ResidualLogDet,
      context: config.context as number,
    })
  }
  config(): Config {
    return { net: describe(this.net), logDet: this.logDet as unknown as Json, context: this.context }
  }

  /** Whether its log-determinants are estimates. */
  get estimated(): boolean {
    return this.logDet !== 'exact'
  }

  /** An upper bound of f's Lipschitz constant, from the true norms of its kernels; at 1 and above the inverse may not exist. */
  lipschitzBound(): number {
    return this.net.lipschitzBound()
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, this.shape)
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    const weights = this.net.weights(call)
    const own = this.spread(x, call)
    return { value: tf.add(x, this.residual(weights, own)(x)), logDet: this.logDetAt(weights, x, own) }
  }

  protected inverseRule(y: tf.Tensor, given: Call): Mapped {
    const weights = this.net.weights(given)
    const call = this.spread(y, given)
    const x = fixedPoint(
      (x, y, ...rest) => {
        const context = rest[weights.length]
        return tf.sub(y!, this.residual(rest.slice(0, weights.length), context ? { ...call, context } : call)(x))
      },
      y,
      [y, ...weights, ...(call.context ? [call.context] : [])],
      { eventRank: this.inputRank },
    )
    return { value: x, logDet: tf.neg(this.logDetAt(weights, x, call)) }
  }

  /** The call with a context of images spread over their pixels, while its shape still tells which it is. */
  private spread(x: tf.Tensor, call: Call): Call {
    if (this.inputRank === 1) return call
    const context = imageContext(x, this.shape, this.context, call)
    return context ? { ...call, context } : call
  }

  private residual(weights: readonly tf.Tensor[], call: Call): (x: tf.Tensor) => tf.Tensor {
    return (x) => this.net.apply(withContext(x, this.context, call), weights)
  }

  private logDetAt(weights: readonly tf.Tensor[], x: tf.Tensor, call: Call): tf.Tensor {
    if (call.valueOnly) return constant(0, x.shape.slice(0, x.rank - this.inputRank))
    if (this.logDet === 'exact') {
      const { context } = call
      // the same for all copies of an event
      const own = context ? { ...call, context: tf.expandDims(context, context.rank - this.inputRank) } : call
      return exactLogDet(this.residual(weights, own), x, this.inputRank)
    }
    if (!call.estimate && call.mode !== 'train')
      throw new EbbflowError('unsupported', 'this layer only estimates its log-determinant', {
        expected: "logProbEstimate, or a layer with logDet: 'exact'",
        received: JSON.stringify(this.logDet),
      })
    const rng = rngOf(call, 'an estimated log-determinant')
    return estimateLogDet(this.residual(weights, call), x, this.inputRank, this.logDet, this.net.lipschitz, rng)
  }
}
