import { EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Numbers } from '../memory.js'
import { verify } from '../program.js'
import { besideOf, type ListFunction } from '../trace.js'
import type { OpGraph } from './op-graph.js'
import { recordOps } from './record-ops.js'
import { Session } from './session.js'
import { split } from './split.js'

/**
 * A function as graphs of TensorFlow's for inputs of some shapes: what depends on variables alone is computed again only when they have been
 * assigned to.
 */
export class GraphProgram {
  readonly graph: OpGraph
  readonly #variables: readonly tf.Variable[]
  readonly #read: readonly tf.Variable[]
  #before: Session | undefined
  #after: Session | undefined
  #settled: readonly tf.Tensor[] = []
  #of: readonly object[] = []

  /**
   * Records a function on inputs and loads its graph, whose results are checked against its own.
   *
   * @throws EbbflowError `unsupported` where something is computed beside TensorFlow, or comes to other results.
   */
  constructor(fn: ListFunction, inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]) {
    const { graph, results } = recordOps(fn, inputs, variables)
    this.graph = graph
    this.#variables = variables
    const { before, after, read } = split(graph)
    this.#read = read.map((i) => variables[i]!)
    try {
      this.#before = before && new Session(before)
      this.#after = new Session(after)
      this.#check(inputs, results, (turn) => besideOf(fn, inputs, turn))
    } catch (error) {
      this.dispose()
      if (error instanceof EbbflowError) throw error
      throw new EbbflowError('unsupported', `TensorFlow does not run the graph: ${(error as Error).message}`, {
        cause: error,
      })
    } finally {
      tf.dispose(results)
    }
  }

  #check(
    inputs: readonly tf.Tensor[],
    expected: readonly tf.Tensor[],
    beside: (turn: number) => ArrayLike<number>[],
  ): void {
    tf.tidy(() => {
      const got = this.run(inputs).map((x) => x.dataSync() as Numbers)
      verify(got, expected, beside)
    })
  }

  get stale(): boolean {
    return this.#variables.some(({ isDisposed }) => isDisposed)
  }

  run(inputs: readonly tf.Tensor[]): tf.Tensor[] {
    this.#settle()
    return this.#after!.run(inputs, [...this.#read, ...this.#settled])
  }

  #settle(): void {
    const of = this.#variables.map(({ dataId }) => dataId)
    if (!this.#before || of.every((dataId, i) => dataId === this.#of[i])) return
    const settled = this.#before.run([], this.#variables).map((tensor) => tf.keep(tensor))
    tf.dispose(this.#settled as tf.Tensor[])
    this.#settled = settled
    this.#of = of
  }

  dispose(): void {
    tf.dispose(this.#settled as tf.Tensor[])
    this.#settled = []
    this.#of = []
    this.#before?.dispose()
    this.#after?.dispose()
  }
}
