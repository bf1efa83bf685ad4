import * as tf from '@tensorflow/tfjs-core'
import type { Node } from './graph.js'
import type { Memory } from './memory.js'
import type { Operation } from './passes/fuse.js'
import { HOST } from './passes/lower.js'

/** The nodes that the host runs, in the order in which the driver asks for them. */
export const hostNodes = (operations: readonly Operation[]): Node[] =>
  operations.flatMap((operation) => {
    if (operation.kind === 'iterate') return hostNodes(operation.body.operations)
    if (operation.kind === 'sweep') return hostNodes(operation.body.operations)
    return operation.kind === 'node' && operation.node.kernel === HOST ? [operation.node] : []
  })

/** What runs on the host, in the same order, given the memory of the operations. */
export const hostCalls = (operations: readonly Operation[], memory: Memory): (() => void)[] =>
  operations.flatMap((operation) => {
    if (operation.kind === 'iterate') return hostCalls(operation.body.operations, memory.within(operation))
    if (operation.kind === 'sweep') return hostCalls(operation.body.operations, memory.within(operation))
    return operation.kind === 'node' && operation.node.kernel === HOST ? [() => runOnHost(operation.node, memory)] : []
  })

/** Runs a kernel on the engine's current backend, with inputs from the program's memory and outputs to it. */
export function runOnHost(node: Node, memory: Memory): void {
  const { kernel, attrs } = node.attrs as { kernel: string; attrs: tf.NamedAttrMap }
  tf.tidy(() => {
    const entries = Object.entries(node.inputs).map(
      ([name, { value, shape }]) => [name, memory.tensor(value, shape)] as const,
    )
    // kernels of our own take a list
    const listed = entries.every(([name], i) => name === String(i))
    const inputs = listed ? entries.map(([, tensor]) => tensor) : Object.fromEntries(entries)
    const out = tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs)
    const outputs = (Array.isArray(out) ? out : [out]) as tf.Tensor[]
    for (const [i, value] of node.outputs.entries()) memory.write(value, outputs[i]!)
  })
}
