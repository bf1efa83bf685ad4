import { currentBackend, FLOAT64, type KernelDefinition, type KernelInput, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Family } from '../families/family.js'
import { splitRaw } from '../families/raw.js'
import type { Plan } from './plan.js'
import { type ColumnInverse, type Numbers, sweepInverse } from './sweep.js'
import { sweepTransposed } from './transposed.js'

/** What both kernels need beside their inputs. */
export interface SweepAttributes {
  readonly plan: Plan
  readonly family: Family
}

const numbers = ({ values }: KernelInput): Numbers => values as Numbers
const isDouble = (): boolean => currentBackend() === FLOAT64

/** From y `[rows, D]`, the context `[rows, C]` where there is one, kernels and biases, to x `[rows, D]` and log|det ∂x/∂y| `[rows]`. */
export const SWEEP: KernelDefinition<SweepAttributes> = {
  name: 'EbbflowAutoregressiveInverse',
  compute([y, ...rest], { plan, family }) {
    const context = plan.context > 0 ? numbers(rest.shift()!) : undefined
    const layers = rest.length / 2
    const weights = { kernels: rest.slice(0, layers).map(numbers), biases: rest.slice(layers).map(numbers) }
    const { inverseNumber } = family
    const inverse = inverseNumber ? { number: inverseNumber } : { column: columnInverse(family) }
    const { values, logDet } = sweepInverse(plan, weights, numbers(y!), context, inverse, isDouble())
    return [
      { values, shape: y!.shape },
      { values: logDet, shape: y!.shape.slice(0, 1) },
    ]
  },
}

/** From dx, the diagonal `[rows, D]`, ∂f/∂raw, the slopes of features and activations, and the kernels, to v `[rows, D]`. */
export const TRANSPOSED: KernelDefinition<{ readonly plan: Plan }> = {
  name: 'EbbflowAutoregressiveTransposed',
  compute([dx, ...rest], { plan }) {
    const [diagonal, outputs, features, ...more] = rest.map(numbers)
    const hidden = plan.widths.length - 1
    const linear = {
      ...{ diagonal: diagonal!, outputs: outputs!, features: features! },
      ...{ slopes: more.slice(0, hidden), kernels: more.slice(hidden) },
    }
    return { values: sweepTransposed(plan, linear, numbers(dx!), isDouble()), shape: dx!.shape }
  },
}

/** The family's own inverse in tensors, on a column of rows. */
const columnInverse =
  (family: Family): ColumnInverse =>
  (raw, y) => {
    const found = tf.tidy(() => {
      const rows = tensor(raw, [y.length, raw.length / y.length])
      return family.inverse(family.constrain(splitRaw(family, rows, 1)), tensor(y, [y.length, 1]))
    })
    const [value, logDet] = [found.value.dataSync(), found.logDet.dataSync()]
    tf.dispose([found.value, found.logDet])
    return { value, logDet }
  }
