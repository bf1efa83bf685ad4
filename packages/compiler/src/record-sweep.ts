import type { SweepOptions } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { ROWS } from './emit/sweep/layout.js'
import { valuesOf } from './engine.js'
import type { Graph } from './graph.js'
import { iterationOf } from './loops.js'
import { fuse } from './passes/fuse.js'
import { HOST, lower } from './passes/lower.js'
import { Unrecordable } from './recordable.js'
import type { Recorder } from './recorder.js'
import type { Activation, Sweep } from './sweeps.js'
import { isPlain } from './views.js'

/** Runs a part of a function that a recorder of its own writes down. */
export type Apart = <T>(inner: Recorder, run: () => T) => T

/** Writes down what a sweep is made of; undefined where a program has no code for a part of it. */
export function recordSweep(options: SweepOptions, outer: Recorder, apart: Apart): Sweep | undefined {
  try {
    return sweepFrom(options, (inputs, fn) => {
      const inner = outer.body(inputs)
      const graph = apart(inner, () => inner.graph(fn(inputs)))
      return inner.captured.length > 0 ? undefined : graph
    })
  } catch (error) {
    if (error instanceof Unrecordable) return undefined
    throw error
  }
}

/** Writes down a function of tensors that it is given; undefined where it reads what is around it. */
type Write = (inputs: tf.Tensor[], fn: (inputs: tf.Tensor[]) => tf.Tensor[]) => Graph | undefined

function sweepFrom({ plan, y, activate, column }: SweepOptions, write: Write): Sweep | undefined {
  const { dimensions, context, features, parameters, order, widths, ends } = plan
  if (y.shape[0] === 0) return undefined
  const values = valuesOf(y.dataId) as Float32Array
  const given = Float32Array.from({ length: ROWS }, (_, i) => values[(i * dimensions + order[0]!) % values.length]!)
  const body = write([tf.fill([parameters, ROWS], 0), tf.tensor1d(given)], ([raw, of]) => {
    const found = column(raw!, of!)
    return [found.value, found.logDet, ...found.features]
  })
  const activation = activationOf(write([tf.fill([ROWS], 0.5)], ([x]) => [activate(x!)]))
  if (!body || !activation || !isEmitted(body)) return undefined
  return { plan: { dimensions, context, features, parameters, order, widths, ends }, body, activation }
}

/** Whether all of a graph is emitted, and nothing left to the host. */
const isEmitted = (graph: Graph): boolean =>
  lower(graph).nodes.every((node) => {
    const inner = iterationOf(node)?.body
    return node.kernel !== HOST && (!inner || isEmitted(inner))
  })

function activationOf(graph: Graph | undefined): Activation | undefined {
  const [loop, ...more] = graph ? fuse(lower(graph)) : []
  if (loop?.kind !== 'loop' || loop.reduce || more.length > 0) return undefined
  const { leaves, outputs, steps, shape } = loop
  if (leaves.length !== 1 || outputs.length !== 1 || !isPlain(leaves[0]!.view, shape)) return undefined
  return { steps, result: outputs[0]!.ref }
}
