import { type Config, constant, Distribution, type Rng, type Shape, type Support } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { countBelow, valueAt } from './internal/lookup.js'
import { atLeast, atMost, logWithin, onUnit, replace } from './internal/regions.js'
import {
  binsOfCdf,
  binsOfDensity,
  binsOfHistogram,
  type Table,
  type TabulatedBins,
  type TabulatedGrid,
  tabulate,
} from './internal/table.js'

/** A histogram: one count a bin, and the ends of the bins. */
export interface Histogram {
  /** How many values, or what mass, each bin holds: at least 0. */
  counts: ArrayLike<number>
  /** The ends of the bins in ascending order, one more than counts. */
  edges: ArrayLike<number>
}

/**
 * Any one-dimensional distribution on an interval, from its density, its cumulative distribution function or a histogram, divided by
 * its mass there; sampled by CDF inversion: draw u ~ U(0, 1), return F⁻¹(u).
 *
 * It is kept as bins in which the density is linear (constant for a histogram), so that F is quadratic there and inverted in closed
 * form; a function is evaluated when the distribution is made, and not again.
 *
 * @throws EbbflowError `domain` where a density is negative or not finite, a CDF falls, or there is no mass; `argument` for bad edges.
 * @example
 * ```ts
 * const d = Tabulated.fromDensity((x) => Math.exp(-(x ** 4) + x ** 2), { lower: -3, upper: 3 })
 * d.sample([1000], { rng: Rng.seed(1) })
 * ```
 */
export class Tabulated extends Distribution {
  static readonly type: string = 'tabulated'
  readonly eventShape: Shape = []
  readonly batchShape: Shape = []
  readonly support: Support
  readonly reparameterised = true
  private readonly table: Table

  /** From bins of linear density. */
  constructor(bins: TabulatedBins) {
    super()
    this.table = tabulate(bins)
    this.support = { kind: 'real', lower: this.table.edges[0]!, upper: this.table.edges.at(-1)! }
  }

  /** From a density on an interval, known up to a factor; accurate to O(width²) where it is smooth. */
  static fromDensity(density: (x: number) => number, grid: TabulatedGrid): Tabulated {
    return new Tabulated(binsOfDensity(density, grid))
  }

  /** From a cumulative distribution function on an interval; mass beyond the interval is cut off. */
  static fromCdf(cdf: (x: number) => number, grid: TabulatedGrid): Tabulated {
    return new Tabulated(binsOfCdf(cdf, grid))
  }

  /** From a histogram. */
  static fromHistogram({ counts, edges }: Histogram): Tabulated {
    return new Tabulated(binsOfHistogram(counts, edges))
  }

  static fromConfig(config: Config): Tabulated {
    return new Tabulated(config as unknown as TabulatedBins)
  }

  config(): Config {
    const { edges, left, right } = this.table
    return { edges: [...edges], left: [...left], right: [...right] }
  }

  /** The bin of index `at`: its left edge, the density there, and the density's slope. */
  private bin(at: tf.Tensor): { edge: tf.Tensor; density: tf.Tensor; slope: tf.Tensor } {
    const { edges, left, right } = this.table
    const slopes = left.map((a, i) => (right[i]! - a) / (edges[i + 1]! - edges[i]!))
    return { edge: valueAt(at, edges), density: valueAt(at, left), slope: valueAt(at, slopes) }
  }

  private binOf(x: tf.Tensor): tf.Tensor {
    return countBelow(x, this.table.edges.subarray(1, -1), true)
  }

  protected logProbRule(x: tf.Tensor): tf.Tensor {
    const { lower, upper } = this.support
    const outside = tf.logicalOr(tf.less(x, constant(lower)), tf.greater(x, constant(upper)))
    return logWithin(x, outside, lower, (v) => {
      const { edge, density, slope } = this.bin(this.binOf(v))
      const p = tf.add(density, tf.mul(slope, tf.sub(v, edge)))
      return logWithin(p, tf.lessEqual(p, 0), 1, tf.log)
    })
  }

  protected sampleRule(shape: Shape, rng: Rng): tf.Tensor {
    return this.invert(rng.uniform(shape))
  }

  protected override cdfRule(x: tf.Tensor): tf.Tensor {
    const inside = atMost(atLeast(x, this.support.lower), this.support.upper)
    const at = this.binOf(inside)
    const { edge, density, slope } = this.bin(at)
    const y = tf.sub(inside, edge)
    const within = tf.mul(y, tf.add(density, tf.mul(0.5, tf.mul(slope, y))))
    return atMost(tf.add(valueAt(at, this.table.cumulated), within), 1)
  }

  protected override quantileRule(u: tf.Tensor): tf.Tensor {
    return onUnit(u, (v) => this.invert(v))
  }

  /** The root of mass = a y + ½ s y² in its bin, as 2 mass / (a + √(a² + 2 s mass)), which does not cancel. */
  private invert(u: tf.Tensor): tf.Tensor {
    const { cumulated, edges } = this.table
    const at = countBelow(u, cumulated.subarray(1, -1), false)
    const { edge, density, slope } = this.bin(at)
    const mass = tf.sub(u, valueAt(at, cumulated))
    const root = tf.sqrt(atLeast(tf.add(tf.square(density), tf.mul(2, tf.mul(slope, mass))), 0))
    const sum = tf.add(density, root)
    const y = tf.div(tf.mul(2, mass), replace(sum, tf.lessEqual(sum, 0), 1))
    return atMost(tf.add(edge, y), valueAt(tf.add(at, 1), edges))
  }

  protected override meanRule(): tf.Tensor {
    return constant(this.table.mean)
  }

  protected override varianceRule(): tf.Tensor {
    return constant(this.table.variance)
  }

  protected override entropyRule(): tf.Tensor {
    return constant(this.table.entropy)
  }
}
