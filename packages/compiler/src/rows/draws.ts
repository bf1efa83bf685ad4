import * as tf from '@tensorflow/tfjs-core'
import type { Graph, Node } from '../graph.js'
import { HOST } from '../passes/lower.js'
import { outermost } from './axis.js'

/** Noise for each row of a batch or of a sample, which is drawn beside the program and given to it as the batch itself is. */
export interface Draw {
  readonly node: Node
  /** The input that it has its key from. */
  readonly key: number
  /** The input that it has become. */
  readonly index: number
}

const RANDOM = 'EbbflowRandom'

const isDraw = (node: Node): boolean => node.kernel === HOST && node.attrs.kernel === RANDOM

/** The rows of the first noise in a graph. */
export function rowsDrawn({ nodes, values }: Graph): number | undefined {
  const node = nodes.find(isDraw)
  return node && values[node.outputs[0]!]!.shape[0]
}

/** Takes the noise out of a graph of so many inputs that is drawn for each row from a key that is an input. */
export function takeOutDraws(graph: Graph, rows: number, inputs: number): { graph: Graph; draws: readonly Draw[] } {
  const draws: Draw[] = []
  const values = [...graph.values]
  const nodes = graph.nodes.filter((node) => {
    const [output] = node.outputs
    const [key] = Object.values(node.inputs)
    const origin = key && !key.view ? graph.values[key.value]!.origin : undefined
    const value = graph.values[output!]!
    if (!isDraw(node) || outermost(value.shape, rows)?.each !== 1 || origin?.kind !== 'input') return true
    const index = inputs + draws.length
    draws.push({ node, key: origin.index, index })
    values[output!] = { ...value, origin: { kind: 'input', index } }
    return false
  })
  return { graph: { ...graph, values, nodes }, draws }
}

/** The numbers of a draw, as the engine draws them. */
export function drawn({ node }: Draw, key: ArrayLike<number>): Float32Array {
  const { attrs } = node.attrs as { attrs: tf.NamedAttrMap }
  let values = new Float32Array()
  tf.tidy(() => {
    const given = [tf.tensor1d(Int32Array.from(key), 'int32')]
    const made = tf.engine().runKernel(RANDOM, given as unknown as tf.NamedTensorMap, attrs) as tf.Tensor
    values = made.dataSync().slice() as Float32Array<ArrayBuffer>
  })
  return values
}
