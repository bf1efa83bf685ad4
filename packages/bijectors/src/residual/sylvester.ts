import {
  Bijector,
  type Config,
  check,
  constant,
  diag,
  diagPart,
  expectEvent,
  initialisers,
  type Mapped,
  type Shape,
  type Slot,
  solveMonotone,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { asRows, fromRows } from '../conditioners/rows.js'
import { reflect } from '../linear/reflections.js'
import { triangular } from '../linear/triangles.js'
import { admissible, type Pointwise, type PointwiseFunction, pointwise } from './pointwise.js'

/** Options of {@link Sylvester}. */
export interface SylvesterOptions {
  /** D, the number of values of an event. */
  dimensions: number
  /** M ≤ D, the number of hidden units. Default min(D, 8). */
  units?: number
  /** h. Default `tanh`. */
  activation?: Pointwise
}

/** The matrices of the formula: Qᵀ `[M, D]`, R and R̃ `[M, M]`, the products of their diagonals `[M]`. */
interface Parts {
  h: PointwiseFunction
  basis: tf.Tensor
  r: tf.Tensor
  rTilde: tf.Tensor
  products: tf.Tensor
}

/**
 * A Sylvester layer: y = x + Q R h(R̃ Qᵀx + b), log|det| = Σₘ ln(1 + rₘₘ r̃ₘₘ h′(R̃ Qᵀx + b)ₘ), for x of shape `[...batch, D]`, M hidden units, R
 * and R̃ upper triangular and Q of M orthonormal columns: a product of M Householder reflections (van den Berg et al. 2018,
 * arXiv 1803.05649, theorem 1 and section 3.2.2).
 *
 * It is invertible when rₘₘ r̃ₘₘ > −1 / sup h′. What is trained is r̂ₘₘ of rₘₘ = r̂ₘₘ / (1 + sup h′ · softplus(−r̂ₘₘ r̃ₘₘ)), so it always is,
 * and every admissible product can be reached. Starts as the identity, with R = 0 and random directions.
 *
 * Forward is a closed form of cost M D. The inverse goes from the last unit to the first, one increasing scalar equation an event and unit,
 * z + rₘₘ h(r̃ₘₘ z + …) = …, each to four units in the last place; gradients are those of the implicit function theorem.
 *
 * @throws EbbflowError `argument` for M > D; `shape` for another event; `convergence`, naming the rows, when an inverse is not found.
 * @example
 * ```ts
 * const layer = new Sylvester({ dimensions: 4, units: 2 }).init({ seed: 1 })
 * const back = layer.inverse(layer.forward(tf.zeros([3, 4])))
 * ```
 */
export class Sylvester extends Bijector {
  static readonly type: string = 'sylvester'
  readonly dimensions: number
  readonly units: number
  readonly activation: Pointwise
  readonly inputRank = 1
  readonly outputRank = 1
  readonly cost = { forward: 'closed', inverse: 'iterative' } as const
  private readonly vectors: Slot
  private readonly r: Slot
  private readonly rTilde: Slot
  private readonly b: Slot

  constructor({ dimensions, units = Math.min(dimensions, 8), activation = 'tanh' }: SylvesterOptions) {
    super()
    check(Number.isInteger(dimensions) && dimensions >= 1, 'a Sylvester layer needs at least one value', {
      expected: 'a whole number of 1 or more',
      received: `dimensions ${dimensions}`,
    })
    check(Number.isInteger(units) && units >= 1 && units <= dimensions, 'too many or too few hidden units', {
      expected: `1 to ${dimensions}, for their directions are orthonormal`,
      received: `${units}`,
    })
    pointwise(activation)
    this.dimensions = dimensions
    this.units = units
    this.activation = activation
    this.vectors = this.param('vectors', [units, dimensions], initialisers.normal(1))
    this.r = this.param('r', [units, units], initialisers.zeros)
    this.rTilde = this.param('rTilde', [units, units], (shape, rng) =>
      tf.add(initialisers.normal(0.1)(shape, rng), diag(constant(1, [units]))),
    )
    this.b = this.param('b', [units], initialisers.zeros)
  }

  static fromConfig(config: Config): Sylvester {
    return new Sylvester({
      dimensions: config.dimensions as number,
      units: config.units as number,
      activation: config.activation as Pointwise,
    })
  }
  config(): Config {
    return { dimensions: this.dimensions, units: this.units, activation: this.activation }
  }

  override outputShape(event: Shape): Shape {
    expectEvent(event, [this.dimensions])
    return event
  }

  override inputShape(event: Shape): Shape {
    return this.outputShape(event)
  }

  protected forwardRule(x: tf.Tensor): Mapped {
    const parts = this.parts()
    const rows = asRows(x, this.dimensions)
    const projected = tf.matMul(rows, parts.basis, false, true)
    const at = tf.add(tf.matMul(projected, parts.rTilde, false, true), this.b.value)
    const value = tf.add(rows, displacement(parts, at))
    return { value: fromRows(value, x), logDet: overBatch(logSlopes(parts, at), x) }
  }

  protected inverseRule(y: tf.Tensor): Mapped {
    const parts = this.parts()
    const rows = asRows(y, this.dimensions)
    const at = this.solved(parts, tf.matMul(rows, parts.basis, false, true))
    const value = tf.sub(rows, displacement(parts, at))
    return { value: fromRows(value, y), logDet: tf.neg(overBatch(logSlopes(parts, at), y)) }
  }

  private parts(): Parts {
    const h = pointwise(this.activation)
    const mine = diagPart(this.r.value)
    const other = diagPart(this.rTilde.value)
    const diagonal = tf.mul(mine, admissible(tf.mul(mine, other), h))
    const columns = tf.pad(diag(constant(1, [this.units])), [
      [0, 0],
      [0, this.dimensions - this.units],
    ])
    return {
      h,
      basis: reflect(columns, this.vectors.value),
      r: triangular('upper', this.r.value, diagonal),
      rTilde: triangular('upper', this.rTilde.value, other),
      products: tf.mul(diagonal, other),
    }
  }

  /** R̃ z + b for the z `[rows, M]` with z + R h(R̃ z + b) = `target`, from the last unit to the first. */
  private solved({ h, r, rTilde }: Parts, target: tf.Tensor): tf.Tensor {
    const n = target.shape[0]!
    const found: { z: tf.Tensor; at: tf.Tensor; bent: tf.Tensor }[] = []
    for (let m = this.units - 1; m >= 0; m--) {
      const entry = (matrix: tf.Tensor, column: number): tf.Tensor =>
        tf.reshape(tf.slice(matrix, [m, column], [1, 1]), [])
      let offset = tf.add(tf.slice(this.b.value, [m], [1]), constant(0, [n]))
      let rest = tf.reshape(tf.slice(target, [0, m], [n, 1]), [n])
      for (const [i, { z, bent }] of found.entries()) {
        offset = tf.add(offset, tf.mul(z, entry(rTilde, m + 1 + i)))
        rest = tf.sub(rest, tf.mul(bent, entry(r, m + 1 + i)))
      }
      const [outer, inner] = [entry(r, m), entry(rTilde, m)]
      const at = (z: tf.Tensor, inner: tf.Tensor, offset: tf.Tensor): tf.Tensor => tf.add(tf.mul(z, inner), offset)
      const equation = (z: tf.Tensor, ...[outer, inner, offset]: tf.Tensor[]): tf.Tensor =>
        tf.add(z, tf.mul(h.value(at(z, inner!, offset!)), outer!))
      const z = solveMonotone(equation, rest, [outer, inner, offset])
      const reached = at(z, inner, offset)
      found.unshift({ z, at: reached, bent: h.value(reached) })
    }
    return tf.stack(
      found.map(({ at }) => at),
      1,
    )
  }
}

/** Q R h(a), of shape `[rows, D]`. */
const displacement = ({ h, r, basis }: Parts, at: tf.Tensor): tf.Tensor =>
  tf.matMul(tf.matMul(h.value(at), r, false, true), basis)

/** Σₘ ln(1 + rₘₘ r̃ₘₘ h′(a)ₘ), one a row. */
const logSlopes = ({ h, products }: Parts, at: tf.Tensor): tf.Tensor =>
  tf.sum(tf.log(tf.add(tf.mul(h.slope(at), products), 1)), 1)

const overBatch = (perRow: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.reshape(perRow, x.shape.slice(0, -1))
