import {
  type Distribution,
  EbbflowError,
  type Registry,
  Rng,
  type Shape,
  sizeOf,
  tensor,
  withBackend,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** What {@link distributionContract} needs to know of a distribution. */
export interface DistributionContractOptions {
  /**
   * Makes the distribution, with all its parameters learnable where it has some and preferably with a batch: they are then moved at
   * random. Events hold at most two values, so that densities can be integrated.
   */
  make: () => Distribution
  /** Standard deviation of the random moves of parameters. Default 0.2. */
  parameterSpread?: number
  /** Conditioning κ at those parameters: by how much rounding errors may grow. Default 1. */
  kappa?: number
  /** Largest error of integrals of the density; larger than the default 1e-6 where it has kinks or jumps. */
  integral?: number
  /** Whether mean and variance are finite and samples of this size estimate them; false for heavy tails. Default true. */
  moments?: boolean
  /** Further single values on, at and beyond edges of the formula, where gradients must be finite. */
  edges?: readonly number[]
  /**
   * What reparameterised draws are checked against: `draws`, finite differences of the same draws; or `cdf`, for scalar events sampled by
   * rejection, the implicit derivative −(∂F/∂θ) / p (Figurnov et al. 2018). Default `draws`.
   */
  pathwise?: 'draws' | 'cdf'
  /** Paths of parameters on which the log-density does not depend. */
  parametersWithoutGradient?: readonly string[]
  /** The types that a saved form may name; without it saving is not tested. */
  registry?: Registry
}

/** How many draws statistical checks take. */
export const DRAWS = 4096

/** The distribution under test with draws of it. */
export class Subject {
  readonly options: Required<Omit<DistributionContractOptions, 'registry'>>
  #distribution: Distribution | undefined
  #draws: Float64Array | undefined

  constructor(options: DistributionContractOptions) {
    this.options = {
      parameterSpread: 0.2,
      kappa: 1,
      integral: 1e-6,
      moments: true,
      edges: [],
      pathwise: 'draws',
      parametersWithoutGradient: [],
      ...options,
    }
  }

  /** Makes it, with every parameter moved at random: at special values a test proves little. */
  start(): void {
    const distribution = this.options.make()
    if (sizeOf(distribution.eventShape) > 2)
      throw new EbbflowError('argument', 'the contract integrates densities: give it events of at most two values')
    distribution.init({ seed: 7 })
    const rng = Rng.seed('contract')
    for (const [path, slot] of distribution.parameters())
      tf.tidy(() => {
        const move = tf.mul(rng.split(path).normal(slot.shape), tensor(this.options.parameterSpread))
        slot.assign(tf.add(slot.value, move))
      })
    this.#distribution = distribution
    const draws = distribution.sample([DRAWS], { rng: Rng.seed('draws') })
    this.#draws = Float64Array.from(draws.dataSync())
    draws.dispose()
  }

  stop(): void {
    this.#distribution?.dispose()
  }

  get distribution(): Distribution {
    return this.#distribution!
  }

  get discrete(): boolean {
    return this.distribution.support.kind === 'integer'
  }

  /** Number of distributions in the batch. */
  get batchSize(): number {
    return sizeOf(this.distribution.batchShape)
  }

  /** Number of values in an event. */
  get eventSize(): number {
    return sizeOf(this.distribution.eventShape)
  }

  /** The shape of `[...lead, ...batch, ...event]`. */
  shape(...lead: number[]): Shape {
    return [...lead, ...this.distribution.batchShape, ...this.distribution.eventShape]
  }

  /** Draws of shape `[DRAWS, ...batch, ...event]`, taken once on the current backend. */
  get draws(): Float64Array {
    return this.#draws!
  }

  /** The first draws as a tensor of the current backend, of shape `[count, ...batch, ...event]`. */
  some(count: number): tf.Tensor {
    return tensor(this.draws.subarray(0, count * this.batchSize * this.eventSize), this.shape(count))
  }

  /** Draws of one distribution of the batch, event by event. */
  drawsOf(member: number): Float64Array {
    const { eventSize, batchSize } = this
    return Float64Array.from(
      { length: DRAWS * eventSize },
      (_, i) => this.draws[(Math.floor(i / eventSize) * batchSize + member) * eventSize + (i % eventSize)]!,
    )
  }

  /** Where the draws are: median and half-width of the middle half. */
  get place(): { centre: number; scale: number } {
    const sorted = Float64Array.from(this.draws).sort()
    const at = (u: number): number => sorted[Math.floor(u * (sorted.length - 1))]!
    return { centre: at(0.5), scale: Math.max((at(0.75) - at(0.25)) / 2, 1e-3) }
  }

  /** What a method gives, or undefined when the distribution has no closed form for it. */
  closed(method: (distribution: Distribution) => tf.Tensor): tf.Tensor | undefined {
    try {
      return method(this.distribution)
    } catch (error) {
      if (error instanceof EbbflowError && error.code === 'unsupported') return undefined
      throw error
    }
  }

  /** Whether it has a method's closed form. */
  has(method: 'cdf' | 'quantile' | 'mean' | 'variance' | 'entropy'): boolean {
    return tf.tidy(
      () =>
        this.closed((d) => (method === 'cdf' || method === 'quantile' ? d[method](tensor(0.5)) : d[method]())) !==
        undefined,
    )
  }
}

/** Runs a synchronous body in double precision, freeing its tensors. */
export const exactly = <T>(body: () => T): T =>
  withBackend('float64', () => tf.tidy(body as () => tf.TensorContainer) as T)

/** Runs a test body, freeing its tensors. */
export const tidied = (body: () => void): void => {
  tf.tidy(() => {
    body()
  })
}
