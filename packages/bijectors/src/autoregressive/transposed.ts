import { arenaOf, LANES } from './arena.js'
import type { Plan } from './plan.js'
import type { Numbers } from './sweep.js'

/** What the transposed sweep goes through; all rows' values, in the layout of the network. */
export interface Linearised {
  /** Kernels `[inputs, outputs]`, from the first layer to the last. */
  readonly kernels: readonly Numbers[]
  /** ∂f_d/∂x_d `[rows, D]`. */
  readonly diagonal: Numbers
  /** ∂f_d/∂raw `[rows, outputs]`, in the columns of the last kernel. */
  readonly outputs: Numbers
  /** Slopes of the activations, `[rows, width]` for each hidden layer. */
  readonly slopes: readonly Numbers[]
  /** Slopes of the features `[rows, features · D]`. */
  readonly features: Numbers
}

/**
 * v with Jᵀ v = dx for each row, J the Jacobian of the autoregressive map: back-substitution from the last position to the first, in which
 * the adjoint of each hidden unit is computed once, as soon as all the values that depend on it are done.
 */
export function sweepTransposed(plan: Plan, linear: Linearised, dx: Numbers, double: boolean): Float64Array {
  const { dimensions, context, features, order, widths, ends, inputRows, outputColumns, parameters } = plan
  const outs = [...widths.slice(1), outputColumns.length]
  const last = widths.length - 1
  let size = 0
  const kernelAt = outs.map((out, l) => {
    const at = size
    size += out * widths[l]!
    return at
  })
  size = Math.ceil(size / 4) * 4
  const adjointAt = outs.map((out) => {
    const at = size
    size += out * LANES
    return at
  })
  const sumAt = size
  const arena = arenaOf(size + LANES, double)
  const { values } = arena
  outs.forEach((out, l) => {
    const kernel = linear.kernels[l]!
    for (let j = 0; j < widths[l]!; j++) {
      const row = (l === 0 ? inputRows[j]! : j) * out
      const at = kernelAt[l]! + j * out
      for (let u = 0; u < out; u++) values[at + u] = kernel[row + (l === last ? outputColumns[u]! : u)]!
    }
  })
  /** Σ over the units of layer l + 1 from `start` on, of weight times adjoint, for unit j of layer l. */
  const gather = (l: number, j: number, start: number, out: number): void => {
    values.fill(0, out, out + LANES)
    const width = outs[l]!
    arena.accumulate(kernelAt[l]! + j * width + start, adjointAt[l]! + start * LANES, width - start, out)
  }
  const rows = dx.length / dimensions
  const v = new Float64Array(dx.length)
  const held = new Float64Array(LANES)
  for (let from = 0; from < rows; from += LANES) {
    const count = Math.min(LANES, rows - from)
    for (let p = dimensions - 1; p >= 0; p--) {
      const d = order[p]!
      // what later values feel of this one: units of degree p + 1 and more, or outputs of later positions
      const start = last === 0 ? (p + 1) * parameters : ends[1]![p]!
      held.fill(0)
      for (let f = 0; f < features; f++) {
        gather(0, context + features * p + f, start, sumAt)
        for (let r = 0; r < count; r++)
          held[r]! += values[sumAt + r]! * linear.features[(from + r) * features * dimensions + f * dimensions + d]!
      }
      for (let r = 0; r < count; r++) {
        const at = (from + r) * dimensions + d
        v[at] = (dx[at]! - held[r]!) / linear.diagonal[at]!
      }
      for (let q = 0; q < parameters; q++) {
        const out = p * parameters + q
        const column = outputColumns[out]!
        for (let r = 0; r < count; r++)
          values[adjointAt[last]! + out * LANES + r] =
            v[(from + r) * dimensions + d]! * linear.outputs[(from + r) * outs[last]! + column]!
      }
      // units of degree 0 feel no value
      for (let l = last; l >= 1 && p > 0; l--) {
        const width = widths[l]!
        const begin = ends[l]![p - 1]!
        const later = l === last ? p * parameters : ends[l + 1]![p - 1]!
        for (let unit = begin; unit < ends[l]![p]!; unit++) {
          const out = adjointAt[l - 1]! + unit * LANES
          gather(l, unit, later, out)
          for (let r = 0; r < count; r++)
            values[out + r] = values[out + r]! * linear.slopes[l - 1]![(from + r) * width + unit]!
        }
      }
    }
  }
  return v
}
