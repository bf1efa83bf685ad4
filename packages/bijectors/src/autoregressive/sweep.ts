import type { Activation } from '../conditioners/activation.js'
import type { Family } from '../families/family.js'
import { type Arena, arenaOf, LANES } from './arena.js'
import type { Plan } from './plan.js'

/** Numbers in whichever precision. */
export type Numbers = Float32Array | Float64Array

/** The kernels `[inputs, outputs]` and biases of a masked network, from the first layer to the last. */
export interface Weights {
  readonly kernels: readonly Numbers[]
  readonly biases: readonly Numbers[]
}

/** One value's inverse from its raw parameters, `raw[at + i · stride]`, and its log-derivative. */
export type NumberInverse = NonNullable<Family['inverseNumber']>

/** The inverse of one value of many rows at once, and its log-derivative: from raw parameters `[rows, parameters]` and y `[rows]`. */
export type ColumnInverse = (
  raw: Float64Array,
  y: Float64Array,
) => { value: ArrayLike<number>; logDet: ArrayLike<number> }

/** How the family is inverted: number by number within the sweep, or a column of rows at each step. */
export type InverseOf = { readonly number: NumberInverse } | { readonly column: ColumnInverse }

/** x, log|det ∂x/∂y| of each row, and how many multiply-adds the network took. */
export interface Swept {
  readonly values: Float64Array
  readonly logDet: Float64Array
  readonly multiplyAdds: number
}

/** Rows that a family's column inverse is given at once, which bounds the memory. */
const COLUMN_ROWS = 4096

const activate: Record<Activation, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  tanh: Math.tanh,
  silu: (x) => x / (1 + Math.exp(-x)),
  softplus: (x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))),
}

/**
 * x with f(x; θ(x)) = y for rows of y `[rows, D]` and context `[rows, C]`: position by position, each hidden unit computed once, as soon
 * as all that it depends on is known. The arithmetic is that of one pass through the masked network.
 */
export function sweepInverse(
  plan: Plan,
  weights: Weights,
  y: Numbers,
  context: Numbers | undefined,
  inverse: InverseOf,
  double: boolean,
): Swept {
  const { dimensions } = plan
  const rows = y.length / dimensions
  const out: Found = { x: new Float64Array(y.length), logDet: new Float64Array(rows) }
  const chunk = 'number' in inverse ? LANES : COLUMN_ROWS
  const sweep = new Sweep(plan, weights, Math.ceil(Math.min(rows, chunk) / LANES), double)
  for (let from = 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from)
    sweep.begin(context, from, count)
    for (let p = 0; p < dimensions; p++) {
      sweep.step(p)
      if ('number' in inverse) sweep.invertNumbers(p, y, out, inverse.number)
      else sweep.invertColumn(p, y, out, inverse.column)
    }
  }
  return { values: out.x, logDet: out.logDet, multiplyAdds: sweep.multiplyAdds }
}

/** What is found on the way, for all rows. */
interface Found {
  readonly x: Float64Array
  readonly logDet: Float64Array
}

/** The state of the network for some blocks of 32 rows: activations `[unit][row]` of every layer, and the raw parameters of one position. */
class Sweep {
  multiplyAdds = 0
  private readonly plan: Plan
  private readonly arena: Arena
  /** Where each layer's weights, unit by unit, and each layer's biases begin. */
  private readonly kernelAt: number[] = []
  private readonly biasAt: number[] = []
  /** Where each layer's activations begin within a block, and those of the raw parameters. */
  private readonly layerAt: number[]
  private readonly rawAt: number
  private readonly blockSize: number
  private readonly blocksAt: number
  private readonly activate: (x: number) => number
  private from = 0
  private count = 0

  constructor(plan: Plan, weights: Weights, blocks: number, double: boolean) {
    const { widths, inputRows, outputColumns, parameters } = plan
    this.plan = plan
    this.activate = activate[plan.activation]
    const outs = [...widths.slice(1), outputColumns.length]
    let size = 0
    outs.forEach((out, l) => {
      this.kernelAt.push(size)
      size += out * widths[l]!
      this.biasAt.push(size)
      size += out
    })
    this.blocksAt = Math.ceil(size / 4) * 4
    let within = 0
    this.layerAt = widths.map((width) => {
      const at = within
      within += width * LANES
      return at
    })
    this.rawAt = within
    this.blockSize = within + parameters * LANES
    this.arena = arenaOf(this.blocksAt + blocks * this.blockSize, double)
    const { values } = this.arena
    outs.forEach((out, l) => {
      const [kernel, bias, before] = [weights.kernels[l]!, weights.biases[l]!, widths[l]!]
      for (let unit = 0; unit < out; unit++) {
        const column = l === outs.length - 1 ? outputColumns[unit]! : unit
        values[this.biasAt[l]! + unit] = bias[column]!
        const at = this.kernelAt[l]! + unit * before
        for (let j = 0; j < before; j++) values[at + j] = kernel[(l === 0 ? inputRows[j]! : j) * out + column]!
      }
    })
  }

  /** Takes up rows `from … from + count − 1` and their context. */
  begin(context: Numbers | undefined, from: number, count: number): void {
    this.from = from
    this.count = count
    const size = this.plan.context
    if (!context || size === 0) return
    const { values } = this.arena
    for (let row = 0; row < count; row++) {
      const at = this.place(row)
      for (let c = 0; c < size; c++) values[at + c * LANES] = context[(from + row) * size + c]!
    }
  }

  /** Computes what becomes known at position p: hidden units of degree p, and the raw parameters of the value there. */
  step(p: number): void {
    const { widths, ends, parameters } = this.plan
    const { values } = this.arena
    const last = widths.length - 1
    for (let block = 0; block * LANES < this.count; block++) {
      const base = this.blocksAt + block * this.blockSize
      for (let l = 1; l <= last; l++)
        for (let unit = p === 0 ? 0 : ends[l]![p - 1]!; unit < ends[l]![p]!; unit++) {
          const out = base + this.layerAt[l]! + unit * LANES
          this.weigh(l - 1, unit, base, ends[l - 1]![p]!, out)
          for (let r = 0; r < LANES; r++) values[out + r] = this.activate(values[out + r]!)
          this.multiplyAdds += ends[l - 1]![p]! * Math.min(LANES, this.count - block * LANES)
        }
      for (let q = 0; q < parameters; q++) {
        this.weigh(last, p * parameters + q, base, ends[last]![p]!, base + this.rawAt + q * LANES)
        this.multiplyAdds += ends[last]![p]! * Math.min(LANES, this.count - block * LANES)
      }
    }
  }

  /** Bias and weighted sum of the first `count` units of a layer. */
  private weigh(layer: number, unit: number, base: number, count: number, out: number): void {
    const { values } = this.arena
    values.fill(values[this.biasAt[layer]! + unit]!, out, out + LANES)
    const weights = this.kernelAt[layer]! + unit * this.plan.widths[layer]!
    this.arena.accumulate(weights, base + this.layerAt[layer]!, count, out)
  }

  invertNumbers(p: number, y: Numbers, { x, logDet }: Found, inverse: NumberInverse): void {
    const { dimensions, order } = this.plan
    const { values } = this.arena
    const one = new Float64Array(2)
    for (let row = 0; row < this.count; row++) {
      const at = (this.from + row) * dimensions + order[p]!
      inverse(values, this.place(row) + this.rawAt, LANES, y[at]!, one)
      x[at] = one[0]!
      logDet[this.from + row]! += one[1]!
      this.put(p, row, one[0]!)
    }
  }

  invertColumn(p: number, y: Numbers, { x, logDet }: Found, inverse: ColumnInverse): void {
    const { dimensions, order, parameters } = this.plan
    const { values } = this.arena
    const raw = new Float64Array(this.count * parameters)
    const column = new Float64Array(this.count)
    for (let row = 0; row < this.count; row++) {
      const at = this.place(row) + this.rawAt
      for (let q = 0; q < parameters; q++) raw[row * parameters + q] = values[at + q * LANES]!
      column[row] = y[(this.from + row) * dimensions + order[p]!]!
    }
    const found = inverse(raw, column)
    for (let row = 0; row < this.count; row++) {
      x[(this.from + row) * dimensions + order[p]!] = found.value[row]!
      logDet[this.from + row]! += found.logDet[row]!
      this.put(p, row, found.value[row]!)
    }
  }

  /** Makes a value that was found an input of the network. */
  private put(p: number, row: number, value: number): void {
    const { values } = this.arena
    const { features, context } = this.plan
    const at = this.place(row) + (context + features * p) * LANES
    if (features === 1) values[at] = value
    else {
      values[at] = Math.cos(value)
      values[at + LANES] = Math.sin(value)
    }
  }

  /** Where the first activation of a row stands. */
  private place(row: number): number {
    return this.blocksAt + Math.floor(row / LANES) * this.blockSize + (row % LANES)
  }
}
