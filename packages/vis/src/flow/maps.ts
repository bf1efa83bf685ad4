import { sizeOf, tensor } from '@ebbflow/core'
import { BLOCK, densities, type Rows, table } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import type { LogDensity } from '../data/density.js'
import { type AnyFlow, callFor } from './call.js'

/** Options of {@link logDensity} and {@link latents}. */
export interface LogDensityOptions {
  /** The context of every row, for conditional flows. */
  readonly context?: readonly number[]
}

/**
 * A flow's log p as a function of plain points, for `densityGrid`; it holds the parameters as they are when called.
 *
 * @example
 * ```ts
 * const grid = densityGrid(logDensity(flow), { x: [-5, 5], y: [-5, 5], size: 64 })
 * grid.mass // nearly 1
 * ```
 */
export function logDensity(flow: AnyFlow, { context }: LogDensityOptions = {}): LogDensity {
  return (points, n) => densities(flow, points, context ? { context: Array<readonly number[]>(n).fill(context) } : {})
}

/**
 * The latents z = f⁻¹(x) of rows `[n, D]`, for `calibration`; estimated log-determinants do not matter here.
 *
 * @throws EbbflowError `shape` when the numbers do not make whole rows.
 * @example
 * ```ts
 * calibration(latents(flow, rows), { width: 2 }).radius.distance
 * ```
 */
export function latents(flow: AnyFlow, rows: Rows, { context }: LogDensityOptions = {}): Float32Array {
  const x = table(rows, sizeOf(flow.eventShape), 'rows')
  const width = sizeOf(flow.base.eventShape)
  const out = new Float32Array(x.count * width)
  for (let start = 0; start < x.count; start += BLOCK) {
    const n = Math.min(BLOCK, x.count - start)
    tf.tidy(() => {
      const part = tensor(x.slice(start, start + n), [n, ...flow.eventShape])
      const z = flow.bijector.inverse(part, callFor(flow, context, n))
      out.set(z.dataSync(), start * width)
    })
  }
  return out
}
