import { sizeOf } from '@ebbflow/core'
import type { Activation } from '../conditioners/activation.js'
import type { Family } from '../families/family.js'

/**
 * Which units of a masked network are known at which step. Position p is the place of a value in the order; its input has degree p + 1.
 * Units of each layer are sorted by degree, so that what is known at step p (degree ≤ p) is the first `ends[layer][p]` of them.
 */
export interface Plan {
  readonly dimensions: number
  readonly context: number
  /** How many inputs each value gives: 1, or 2 where it is an angle. */
  readonly features: number
  /** How many outputs each value gets. */
  readonly parameters: number
  readonly activation: Activation
  /** The value at each position. */
  readonly order: readonly number[]
  /** Units of the inputs (context first, then by position) and of each hidden layer. */
  readonly widths: readonly number[]
  readonly ends: readonly (readonly number[])[]
  /** For each input in sorted order, its row of the first kernel. */
  readonly inputRows: readonly number[]
  /** For each output, by position and then by parameter, its column of the last kernel. */
  readonly outputColumns: readonly number[]
}

/** What a plan is made from. */
export interface PlanOptions {
  dimensions: number
  context: number
  angles: boolean
  activation: Activation
  hidden: readonly number[]
  order: readonly number[]
  /** Sizes of the parameters of one value. */
  parameters: readonly number[]
}

/** The sizes of a family's parameters for one value, which `MADE` takes. */
export const parameterSizes = (family: Family): number[] => Object.values(family.shapes).map(sizeOf)

/** The plan of a masked network. */
export function planOf({ dimensions, context, angles, activation, hidden, order, parameters }: PlanOptions): Plan {
  const features = angles ? 2 : 1
  const each = parameters.reduce((a, b) => a + b, 0)
  const inputs = features * dimensions
  const steps = Array.from({ length: dimensions }, (_, p) => p)
  const layers = hidden.map((width) => {
    const degrees = degreesOf(width, dimensions, context)
    return steps.map((p) => degrees.filter((degree) => degree <= p).length)
  })
  return {
    dimensions,
    context,
    features,
    parameters: each,
    activation,
    order,
    widths: [context + inputs, ...hidden],
    ends: [steps.map((p) => context + features * p), ...layers],
    inputRows: [
      ...Array.from({ length: context }, (_, c) => inputs + c),
      ...order.flatMap((d) => Array.from({ length: features }, (_, f) => f * dimensions + d)),
    ],
    outputColumns: order.flatMap((d) => {
      let start = 0
      return parameters.flatMap((size) => {
        const columns = Array.from({ length: size }, (_, t) => start + d * size + t)
        start += dimensions * size
        return columns
      })
    }),
  }
}

/** Degrees of a hidden layer's units, sorted and spread evenly: from 1, or from 0 where a context feeds them, to D − 1. */
function degreesOf(width: number, dimensions: number, context: number): number[] {
  const least = context > 0 || dimensions === 1 ? 0 : 1
  return Array.from({ length: width }, (_, j) => least + Math.floor((j * (dimensions - least)) / width))
}

/** The masks of the kernels, 0 or 1, `[inputs, outputs]` in row-major order: no output of a value depends on it or on later ones. */
export function masksOf(plan: Plan): Float32Array[] {
  const { dimensions, widths, ends, inputRows, outputColumns, parameters } = plan
  const hidden = widths.slice(1).map((width, i) => {
    const before = widths[i]!
    const mask = new Float32Array(before * width)
    for (let p = 0; p < dimensions; p++)
      for (let unit = p === 0 ? 0 : ends[i + 1]![p - 1]!; unit < ends[i + 1]![p]!; unit++)
        for (let j = 0; j < ends[i]![p]!; j++) mask[(i === 0 ? inputRows[j]! : j) * width + unit] = 1
    return mask
  })
  const last = widths.length - 1
  const columns = outputColumns.length
  const mask = new Float32Array(widths[last]! * columns)
  for (let p = 0; p < dimensions; p++)
    for (let q = 0; q < parameters; q++)
      for (let j = 0; j < ends[last]![p]!; j++)
        mask[(last === 0 ? inputRows[j]! : j) * columns + outputColumns[p * parameters + q]!] = 1
  return [...hidden, mask]
}
