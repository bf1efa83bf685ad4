import { runKernels, type Swept, sweep } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { activations } from '../conditioners/activation.js'
import type { MADE } from '../conditioners/made.js'
import type { Family } from '../families/family.js'
import { splitRaw } from '../families/raw.js'
import { SWEEP } from './kernels.js'
import type { Plan } from './plan.js'

/** x with f(x; θ(x, context)) = y, and log|det ∂x/∂y|, for rows of y and context: each unit of the network computed once. */
export function solveInOrder(network: MADE, family: Family, y: tf.Tensor, context: tf.Tensor | undefined): Swept {
  const { plan } = network
  const { kernels, biases } = network.weights
  return sweep(
    {
      ...{ plan, y, activate: activations[plan.activation], weights: () => sorted(plan, kernels, biases) },
      ...(context && { context }),
      column: (raw, column) => {
        const parameters = family.constrain(splitRaw(family, tf.transpose(raw), 1))
        const found = family.inverse(parameters, tf.reshape(column, [-1, 1]))
        const [value, logDet] = [found.value, found.logDet].map((x) => tf.reshape(x, column.shape))
        return {
          value: value!,
          logDet: logDet!,
          features: plan.features === 1 ? [value!] : [tf.cos(value!), tf.sin(value!)],
        }
      },
    },
    () => runKernels(SWEEP, [y, ...(context ? [context] : []), ...kernels, ...biases], { plan, family }) as Swept,
  )
}

/** Kernels `[outputs, inputs]` and biases with inputs and outputs by position. */
function sorted({ inputRows, outputColumns }: Plan, kernels: readonly tf.Tensor[], biases: readonly tf.Tensor[]) {
  const last = kernels.length - 1
  return {
    kernels: kernels.map((kernel, l) => {
      const turned = tf.transpose(l === 0 ? taken(kernel, inputRows) : kernel)
      return l === last ? taken(turned, outputColumns) : turned
    }),
    biases: biases.map((bias, l) => (l === last ? taken(bias, outputColumns) : bias)),
  }
}

const taken = (x: tf.Tensor, rows: readonly number[]): tf.Tensor =>
  rows.every((row, i) => row === i) ? x : tf.gather(x, tf.tensor1d(rows as number[], 'int32'))
