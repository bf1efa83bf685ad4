import type { DataType } from '@tensorflow/tfjs-core'
import { Draft, type Graph, type Node, type Origin, type Use } from '../graph.js'

/** Writes graphs by hand. */
export class Writer {
  readonly draft = new Draft([])
  #inputs = 0

  input(...shape: number[]): Use {
    return { value: this.draft.value(shape, 'float32', { kind: 'input', index: this.#inputs++ }), shape }
  }

  constant(data: number[], shape: number[], dtype: DataType = 'float32'): Use {
    const origin: Origin = { kind: 'constant', data: Float32Array.from(data) }
    return { value: this.draft.value(shape, dtype, origin), shape }
  }

  filled(fill: number, ...shape: number[]): Use {
    return this.draft.filled(fill, shape)
  }

  node(
    kernel: string,
    inputs: Node['inputs'],
    shape: number[],
    attrs: Node['attrs'] = {},
    dtype: DataType = 'float32',
  ): Use {
    return this.draft.node({ call: this.draft.nodes.length }, kernel, inputs, shape, { attrs, dtype })
  }

  graph(...outputs: Use[]): Graph {
    return { values: this.draft.values, nodes: this.draft.nodes, outputs }
  }
}

/** The kernels of a graph in order. */
export const kernels = (graph: Graph): string[] => graph.nodes.map(({ kernel }) => kernel)
