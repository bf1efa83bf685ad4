import type * as tf from '@tensorflow/tfjs-core'
import { broadcast } from '../array.js'
import { define } from '../kernel.js'
import { combine } from './binary.js'

const relations: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  NotEqual: (a, b) => a !== b,
  Greater: (a, b) => a > b,
  GreaterEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessEqual: (a, b) => a <= b,
  LogicalAnd: (a, b) => a !== 0 && b !== 0,
  LogicalOr: (a, b) => a !== 0 || b !== 0,
}

/** Comparisons, logic and choice. */
export const logicalKernels: readonly tf.KernelConfig[] = [
  ...Object.entries(relations).map(([name, f]) =>
    define(name, ['a', 'b'], ({ a, b }) => combine(a, b, (x, y) => Number(f(x, y)), 'bool')),
  ),
  define('Select', ['condition', 't', 'e'], ({ condition, t, e }) => {
    const chosen = broadcast(condition, t.shape).values
    const out = t.values.slice()
    for (let k = 0; k < out.length; k++) if (chosen[k] === 0) out[k] = e.values[k]!
    return { ...t, values: out }
  }),
]
