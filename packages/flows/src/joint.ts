import {
  type Build,
  type Call,
  type Config,
  check,
  constant,
  type Distribution,
  describe,
  EbbflowError,
  expectShape,
  located,
  logSumExp,
  Module,
  Rng,
  type Shape,
  splitShape,
} from '@ebbflow/core'
import { Categorical } from '@ebbflow/distributions'
import * as tf from '@tensorflow/tfjs-core'
import type { Flow } from './flow.js'

/** Options of {@link JointFlow}. */
export interface JointFlowOptions {
  /** p(x | y): a flow whose context is the label as K zeros and ones. */
  flow: Flow<tf.Tensor>
  /**
   * p(y): how often each of the K labels occurs (see {@link labelCounts}), or `learnable` to find it in training. Default: all the same.
   */
  labels?: readonly number[] | 'learnable'
}

/**
 * A joint model of events and their labels, p(x, y) = p(y) p(x | y), and by Bayes p(y | x) = p(x, y) / Σₖ p(x, k): conditional, joint and
 * discriminative density from one flow.
 *
 * Labels are floats 0 … K − 1 of shape `[...batch]`, events `[...batch, ...event]`. `fit` trains it on −log p(x, y) with the labels as the
 * context, one number a row.
 *
 * @throws EbbflowError `argument` for an unconditional flow, or frequencies that do not fit its context.
 * @example
 * ```ts
 * const joint = new JointFlow({ flow: realNVP({ dimensions: 2, context: 3 }), labels: [50, 30, 20] }).init({ seed: 1 })
 * const { value, label } = joint.sample(4, { rng: Rng.seed(2) })
 * const logp = joint.logProb(value, label) // [4]
 * const { probabilities } = joint.classify(value) // [4, 3]
 * ```
 */
export class JointFlow extends Module {
  static readonly type: string = 'joint-flow'
  readonly flow: Flow<tf.Tensor>
  readonly labels: Distribution
  /** K, the number of labels. */
  readonly classes: number
  /** Shape of one event. */
  readonly eventShape: Shape
  /** The label is the one value of a row's context. */
  readonly context = 1
  private readonly given: readonly number[] | 'learnable' | undefined

  constructor({ flow, labels }: JointFlowOptions) {
    super()
    const classes = flow.context
    check(classes > 0, 'a joint model wants a conditional flow', {
      expected: 'a context of one value a label',
      received: 'none',
    })
    check(
      labels === undefined || labels === 'learnable' || labels.length === classes,
      'the labels do not fit the flow',
      {
        expected: `${classes} frequencies, one for each value of the context`,
        received: `${labels?.length}`,
      },
    )
    this.flow = this.child('flow', flow)
    const equal = Array<number>(classes).fill(1)
    this.labels = this.child(
      'labels',
      labels === 'learnable'
        ? new Categorical({ logits: Array<number>(classes).fill(0), learnable: true })
        : new Categorical({ probs: labels ?? equal }),
    )
    this.classes = classes
    this.eventShape = flow.eventShape
    this.given = labels
  }

  static fromConfig(config: Config, build: Build): JointFlow {
    const labels = config.labels as readonly number[] | 'learnable' | undefined
    return new JointFlow({ flow: build(config.flow ?? null) as Flow<tf.Tensor>, ...(labels && { labels }) })
  }
  config(): Config {
    return { flow: describe(this.flow), ...(this.given && { labels: this.given }) }
  }

  /** Whether log-densities outside of training can only be estimated; then it cannot classify. */
  get estimated(): boolean {
    return this.flow.estimated
  }

  /** log p(x, y), of shape `[...batch]`; without labels log p(x) = log Σₖ p(x, k). */
  logProb(x: tf.Tensor, labels?: tf.Tensor): tf.Tensor {
    return this.run(() => (labels ? this.joint(x, labels, { mode: 'eval' }) : logSumExp(this.each(x), -1)))
  }

  /** log p(x | y), of shape `[...batch]`. */
  logProbGiven(x: tf.Tensor, labels: tf.Tensor): tf.Tensor {
    return this.run(() => this.flow.logProb(x, this.oneHot(labels)))
  }

  /** log p(x, y) with the labels as the call's context, `[...batch, 1]`, which `fit` trains. */
  logProbIn(x: tf.Tensor, call: Call): tf.Tensor {
    return this.run(() => {
      const { context } = call
      check(context, 'a joint model is trained with labels', {
        expected: 'a context of one value a row, the label',
        received: 'none',
      })
      if (context.shape.at(-1) !== 1)
        throw new EbbflowError('shape', 'wrong context size', {
          expected: '[...batch, 1], the label',
          received: `[${context.shape}]`,
        })
      return this.joint(x, tf.reshape(context, context.shape.slice(0, -1)), call)
    })
  }

  /** Draws of shape `[...shape, ...event]` and their labels `[...shape]`: y of p(y), then x of p(x | y); of one label where that is given. */
  sample(
    shape: number | Shape = [],
    options: { rng?: Rng; label?: number; temperature?: number } = {},
  ): { value: tf.Tensor; label: tf.Tensor } {
    return this.run(() => {
      const { rng = Rng.entropy(), label: fixed, temperature } = options
      const lead = typeof shape === 'number' ? [shape] : shape
      check(
        fixed === undefined || (Number.isInteger(fixed) && fixed >= 0 && fixed < this.classes),
        'there is no such label',
        { expected: `0 to ${this.classes - 1}`, received: `${fixed}` },
      )
      const label = fixed === undefined ? this.labels.sample(lead, { rng: rng.split('labels') }) : constant(fixed, lead)
      const context = this.oneHot(label)
      return {
        value: this.flow.sample([], { context, rng, ...(temperature !== undefined && { temperature }) }),
        label,
      }
    })
  }

  /** p(y | x) of shape `[...batch, K]`, and the likeliest label `[...batch]`. */
  classify(x: tf.Tensor): { probabilities: tf.Tensor; label: tf.Tensor } {
    return this.run(() => {
      const each = this.each(x)
      const total = logSumExp(each, -1, true)
      const label = tf.cast(tf.argMax(each, each.rank - 1), 'float32')
      return { probabilities: tf.exp(tf.sub(each, total)), label }
    })
  }

  private joint(x: tf.Tensor, labels: tf.Tensor, call: Call): tf.Tensor {
    this.checkEvent(x)
    const given = this.flow.logProbIn(x, { ...call, context: this.oneHot(labels) })
    return tf.add(given, this.labels.logProb(labels))
  }

  /** log p(x, k) for every label, of shape `[...batch, K]`. */
  private each(x: tf.Tensor): tf.Tensor {
    const batch = this.checkEvent(x)
    const { classes } = this
    // every event beside every label: [K, ...batch, ...event]
    const labels = tf.add(
      constant(0, [classes, ...batch]),
      tf.reshape(tf.range(0, classes, 1, 'float32'), [classes, ...batch.map(() => 1)]),
    )
    const all = this.joint(tf.add(constant(0, [classes, ...x.shape]), x), labels, { mode: 'eval' })
    return tf.transpose(all, [...batch.map((_, i) => i + 1), 0])
  }

  /** The shape of the batch. */
  private checkEvent(x: tf.Tensor): number[] {
    const { batch, event } = splitShape(x.shape, this.eventShape.length)
    expectShape(event, this.eventShape, 'event shape')
    return batch
  }

  /** Labels as K zeros and ones, of shape `[...batch, K]`. */
  private oneHot(labels: tf.Tensor): tf.Tensor {
    const classes = tf.range(0, this.classes, 1, 'float32')
    return tf.cast(tf.equal(tf.add(tf.expandDims(labels, labels.rank), tf.zerosLike(classes)), classes), 'float32')
  }

  private run<T extends tf.TensorContainer>(rule: () => T): T {
    try {
      return tf.tidy(rule)
    } catch (error) {
      throw located(error, this)
    }
  }
}

/**
 * How often each label 0 … K − 1 occurs, plus one, so that no label is impossible (Laplace's rule).
 *
 * @throws EbbflowError `data` for a label that is none, naming its place.
 * @example
 * ```ts
 * labelCounts([0, 1, 1, 2], 4) // [2, 3, 2, 1]
 * ```
 */
export function labelCounts(labels: ArrayLike<number>, classes: number): number[] {
  const counts = Array<number>(classes).fill(1)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new EbbflowError('data', `label ${i} is none`, { expected: `0 to ${classes - 1}`, received: `${label}` })
    counts[label]!++
  }
  return counts
}
