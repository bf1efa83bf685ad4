import { check, EbbflowError, Rng, sizeOf, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Flow } from './flow.js'
import type { FlowSampleOptions } from './view.js'

/** Rows as plain numbers: one array a row, or one flat array of whole rows. */
export type Rows = Float32Array | Float64Array | readonly (readonly number[])[]

/** Rows computed at once, so that memory does not grow with their number. */
export const BLOCK = 4096

/** Options of {@link densities}. */
export interface DensitiesOptions {
  /** One context a row, for conditional flows. */
  context?: Rows
  /** Rows computed at once. Default 4096. */
  chunk?: number
}

/**
 * log p of any number of rows as plain numbers, in bounded memory.
 *
 * @throws EbbflowError `shape` when the numbers do not make whole rows.
 * @example
 * ```ts
 * const logp = densities(flow, [[0, 0], [1, 2]]) // Float64Array of 2
 * ```
 */
export function densities(flow: Flow | Flow<tf.Tensor>, rows: Rows, options: DensitiesOptions = {}): Float64Array {
  const { chunk = BLOCK } = options
  check(Number.isInteger(chunk) && chunk > 0, 'a chunk must be a positive number of rows', { received: `${chunk}` })
  const width = sizeOf(flow.eventShape)
  const x = table(rows, width, 'rows')
  const context = options.context && table(options.context, flow.context, 'context')
  if (context && context.count !== x.count)
    throw new EbbflowError('shape', 'one context a row is needed', {
      expected: `${x.count}`,
      received: `${context.count}`,
    })
  const out = new Float64Array(x.count)
  for (let start = 0; start < x.count; start += chunk) {
    const end = Math.min(x.count, start + chunk)
    const block = tf.tidy(() => {
      const part = tensor(x.slice(start, end), [end - start, ...flow.eventShape])
      if (!context) return (flow as Flow).logProb(part).dataSync()
      return (flow as Flow<tf.Tensor>)
        .logProb(part, tensor(context.slice(start, end), [end - start, flow.context]))
        .dataSync()
    }) as unknown as Float32Array
    out.set(block, start)
  }
  return out
}

/** Options of {@link draw}. */
export interface DrawOptions extends Omit<FlowSampleOptions, 'rng'> {
  /** Seed; the same seed gives the same rows, whatever their number. Default: fresh entropy. */
  seed?: number | string
  /** The context of every row, for conditional flows. */
  context?: readonly number[]
}

/**
 * n samples as plain numbers, one row of `[...event]` after another, in bounded memory.
 *
 * @example
 * ```ts
 * const rows = draw(flow, 10_000, { seed: 1 }) // Float32Array of 10,000 · D
 * ```
 */
export function draw(flow: Flow | Flow<tf.Tensor>, n: number, options: DrawOptions = {}): Float32Array {
  check(Number.isInteger(n) && n >= 0, 'the number of samples must be a whole number', { received: `${n}` })
  const { seed, context, temperature = 1 } = options
  const rng = seed === undefined ? Rng.entropy() : Rng.seed(seed)
  const width = sizeOf(flow.eventShape)
  const out = new Float32Array(n * width)
  for (let start = 0; start < n; start += BLOCK) {
    // always a whole block, so that a row does not depend on how many are asked for
    const settings = { rng: rng.split(start / BLOCK), temperature }
    const block = tf.tidy(() =>
      context
        ? (flow as Flow<tf.Tensor>).sample(BLOCK, { ...settings, context: tensor(context) }).dataSync()
        : (flow as Flow).sample(BLOCK, settings).dataSync(),
    ) as unknown as Float32Array
    out.set(block.subarray(0, Math.min(BLOCK, n - start) * width), start * width)
  }
  return out
}

/** A table of rows of a width, to be cut in blocks of them; `what` names it in errors. */
export function table(
  rows: Rows,
  width: number,
  what: string,
): { count: number; slice(a: number, b: number): Float64Array } {
  if (!Array.isArray(rows)) {
    const flat = rows as Float32Array
    if (flat.length % width !== 0)
      throw new EbbflowError('shape', `${what} are not whole`, {
        expected: `a multiple of ${width} numbers`,
        received: `${flat.length}`,
      })
    return { count: flat.length / width, slice: (a, b) => Float64Array.from(flat.subarray(a * width, b * width)) }
  }
  const nested = rows as readonly (readonly number[])[]
  const bad = nested.findIndex((row) => row.length !== width)
  if (bad >= 0)
    throw new EbbflowError('shape', `row ${bad} of the ${what} has another length`, {
      expected: `${width}`,
      received: `${nested[bad]!.length}`,
    })
  return { count: nested.length, slice: (a, b) => Float64Array.from(nested.slice(a, b).flat()) }
}
