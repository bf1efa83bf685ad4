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
  jacobian,
  type Mapped,
  odeSolve,
  rngOf,
  type Shape,
  vjp,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Conditioner } from '../conditioners/conditioner.js'
import { withContext } from '../conditioners/context.js'

/** Options of {@link FFJORD}. */
export interface FFJORDOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** g, from D values, the time and the context to D values; smooth in all of them. */
  dynamics: Conditioner
  /** `exact` (the default) takes D passes back a step; `hutchinson` one, without bias but noisy. */
  trace?: 'exact' | 'hutchinson'
  /** `checkpoint` (the default): the exact gradient of the steps taken; `adjoint`: memory that does not grow with the steps. */
  gradient?: 'checkpoint' | 'adjoint'
  /** Largest error of a step relative to the state. Default 1e-5. */
  rtol?: number
  /** Largest absolute error of a step. Default 1e-6. */
  atol?: number
  /** Most steps, refused ones included. Default 1000. */
  maxSteps?: number
  /** C, the size of the context. Default 0: none. */
  context?: number
}

/**
 * A continuous flow: y = x(1) for dx/dt = g(t, x), x(0) = x, and log|det| = ∫₀¹ tr(∂g/∂x) dt, for x of shape `[...batch, D]` (Chen et al. 2018,
 * arXiv 1806.07366, eq. 8; Grathwohl et al. 2019, arXiv 1810.01367), solved by Dormand and Prince's method with steps of each row's own.
 * The trace is exact, or vᵀ(∂g/∂x)v with one v of ±1 a call and row (Hutchinson 1990).
 *
 * The inverse integrates back from 1 to 0. Both directions are right to the solver's tolerance, and so is the log-determinant, which is that
 * of the equation. A noisy one needs a call with `estimate` (or one that trains) and an rng.
 *
 * @throws EbbflowError `argument` for dynamics of other sizes; `unsupported` where an exact log-determinant is wanted of Hutchinson traces;
 * `convergence` naming rows that `maxSteps` do not suffice for.
 * @example
 * ```ts
 * const dynamics = new MLP({ inputs: 3, outputs: 2, hidden: [16], activation: 'tanh' })
 * const layer = new FFJORD({ dimensions: 2, dynamics }).init({ seed: 1 })
 * const y = layer.forward(x)
 * ```
 */
export class FFJORD extends Bijector {
  static readonly type: string = 'ffjord'
  readonly dimensions: number
  readonly context: number
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'iterative', inverse: 'iterative' } as const
  private readonly dynamics: Conditioner
  private readonly options: Required<Pick<FFJORDOptions, 'trace' | 'gradient' | 'rtol' | 'atol' | 'maxSteps'>>

  constructor(options: FFJORDOptions) {
    super()
    const { dimensions, dynamics, trace = 'exact', gradient = 'checkpoint', context = 0 } = options
    const { rtol = 1e-5, atol = 1e-6, maxSteps = 1000 } = options
    const inputs = dimensions + 1 + context
    check(dynamics.inputs === inputs && dynamics.outputs === dimensions, 'the dynamics do not fit', {
      expected: `${inputs} inputs (values, time, context) and ${dimensions} outputs`,
      received: `${dynamics.inputs} and ${dynamics.outputs}`,
    })
    check(rtol > 0 && atol > 0, 'tolerances must be positive', {
      expected: 'numbers above 0',
      received: `rtol ${rtol}, atol ${atol}`,
    })
    check(trace === 'exact' || trace === 'hutchinson', 'unknown trace', {
      expected: 'exact or hutchinson',
      received: `${trace}`,
    })
    check(gradient === 'checkpoint' || gradient === 'adjoint', 'unknown gradient', {
      expected: 'checkpoint or adjoint',
      received: `${gradient}`,
    })
    this.dimensions = dimensions
    this.context = context
    this.dynamics = this.child('dynamics', dynamics)
    this.options = { trace, gradient, rtol, atol, maxSteps }
  }

  static fromConfig(config: Config, build: Build): FFJORD {
    return new FFJORD({
      ...(config as unknown as FFJORDOptions),
      dynamics: build(config.dynamics ?? null) as Conditioner,
    })
  }
  config(): Config {
    const { dimensions, context, options, dynamics } = this
    return { dimensions, context, ...options, dynamics: describe(dynamics) }
  }

  /** Whether its log-determinants are estimates. */
  get estimated(): boolean {
    return this.options.trace !== 'exact'
  }

  /** How far directions and log-determinants may be off, relative to values above 1: what steps of the solver's error add up to. */
  get tolerance(): number {
    return 100 * Math.max(this.options.rtol, this.options.atol)
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor, call: Call): Mapped {
    return this.integrate(x, 0, 1, call)
  }

  protected inverseRule(y: tf.Tensor, call: Call): Mapped {
    return this.integrate(y, 1, 0, call)
  }

  private integrate(x: tf.Tensor, t0: number, t1: number, call: Call): Mapped {
    const { dimensions: d, options } = this
    const { trace, ...solver } = options
    const slots = [...this.dynamics.slots()]
    const v = call.valueOnly ? undefined : this.direction(x, call)
    // what the slope depends on is handed to the solver, which differentiates with respect to nothing else
    const params = [...slots.map(([, slot]) => slot.value), ...(call.context ? [call.context] : []), ...(v ? [v] : [])]
    const lead = x.shape.slice(0, -1)
    const part = (state: tf.Tensor): tf.Tensor => tf.slice(state, lead.map(() => 0).concat(0), [...lead, d])
    const slope = (t: tf.Tensor, state: tf.Tensor, ...theta: tf.Tensor[]): tf.Tensor => {
      const values = Object.fromEntries(slots.map(([path], i) => [path, theta[i]!]))
      const context = call.context && theta[slots.length]!
      const g = (at: tf.Tensor): tf.Tensor =>
        this.dynamics.withParameters(values, () => this.slope(t, at, call, context))
      if (call.valueOnly) return g(state)
      const at = part(state)
      return tf.concat([g(at), tf.expandDims(divergence(g, at, v && theta.at(-1)), lead.length)], lead.length)
    }
    const start = call.valueOnly ? x : tf.concat([x, constant(0, [...lead, 1])], lead.length)
    const end = odeSolve(slope, start, params, { t0, t1, ...solver })
    if (call.valueOnly) return { value: end, logDet: constant(0, lead) }
    const logDet = tf.slice(end, lead.map(() => 0).concat(d), [...lead, 1])
    return { value: part(end), logDet: tf.reshape(logDet, lead) }
  }

  /** g at a time and values, which may have axes in front of the time's and the context's. */
  private slope(t: tf.Tensor, x: tf.Tensor, call: Call, context: tf.Tensor | undefined): tf.Tensor {
    const time = tf.add(constant(0, [...x.shape.slice(0, -1), 1]), t)
    const given = context ? { ...call, context } : call
    return this.dynamics.apply(withContext(tf.concat([x, time], x.rank - 1), this.context, given), given)
  }

  /** The vector of Hutchinson's estimate, or none where the trace is exact. */
  private direction(x: tf.Tensor, call: Call): tf.Tensor | undefined {
    if (this.options.trace === 'exact') return undefined
    if (!call.estimate && call.mode !== 'train')
      throw new EbbflowError('unsupported', 'this layer only estimates its log-determinant', {
        expected: "logProbEstimate, or a layer with trace: 'exact'",
        received: 'hutchinson',
      })
    const u = rngOf(call, 'an estimated log-determinant').uniform(x.shape)
    return tf.sub(tf.mul(tf.cast(tf.greater(u, 0.5), 'float32'), 2), 1)
  }
}

/** Of so few values, a pass back for each is as quick as one for all of them side by side, and rows stay apart for programs. */
const FEW = 3

/** tr(∂g/∂x) of shape `[...batch]`, or vᵀ(∂g/∂x)v. */
function divergence(g: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, v: tf.Tensor | undefined): tf.Tensor {
  if (v) return tf.sum(tf.mul(vjp(() => g(x), [x], v).gradients[0]!, v), -1)
  const [d, lead] = [x.shape.at(-1)!, x.shape.slice(0, -1)]
  if (d <= FEW) {
    const column = (of: tf.Tensor, i: number): tf.Tensor => tf.slice(of, [...lead.map(() => 0), i], [...lead, 1])
    const slope = (i: number): tf.Tensor => column(vjp(() => column(g(x), i), [x]).gradients[0]!, i)
    const trace = Array.from({ length: d }, (_, i) => slope(i)).reduce((a, b) => tf.add(a, b))
    return tf.reshape(trace, lead)
  }
  return tf.sum(tf.mul(jacobian(g, x), tf.eye(x.shape.at(-1)!)), [x.rank - 1, x.rank])
}
