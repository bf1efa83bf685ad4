import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from './errors.js'
import type { Module } from './module/index.js'

let checking = false

/** Runs `body` with every layer's values checked: the first that is not finite throws and names its layer. Costs a read a layer. */
export function withChecks<T>(body: () => T): T {
  const before = checking
  checking = true
  try {
    return body()
  } finally {
    checking = before
  }
}

/** With checks on, throws `not-finite` when `values` holds NaN or, unless allowed, ±∞; names the first rows. */
export function checkFinite(values: tf.Tensor, what: string, allowInfinite = false): void {
  if (!checking) return
  const data = values.dataSync()
  const rows: number[] = []
  const perRow = values.rank === 0 ? 1 : values.size / Math.max(1, values.shape[0]!)
  let example = 0
  for (let i = 0; i < data.length; i++) {
    const bad = allowInfinite ? Number.isNaN(data[i]!) : !Number.isFinite(data[i]!)
    if (!bad) continue
    const row = Math.floor(i / perRow)
    if (rows.length === 0) example = data[i]!
    if (rows.at(-1) !== row && rows.length < 5) rows.push(row)
  }
  if (rows.length > 0)
    throw new EbbflowError(
      'not-finite',
      `${what} is not finite in row${rows.length > 1 ? 's' : ''} ${rows.join(', ')}`,
      {
        received: String(example),
      },
    )
}

/** Gives an error the path of the module it arose in, as seen from `root`; each caller outwards sees a longer path. */
export function located(error: unknown, root: Module): unknown {
  if (!(error instanceof EbbflowError)) return error
  const origin = origins.get(error) ?? root
  origins.set(error, origin)
  return error.at(root.pathOf(origin) ?? error.path ?? '')
}

const origins = new WeakMap<EbbflowError, Module>()
