import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { NativeEngine } from './engine.js'
import { graphNodes, isHidden, nameOf, outputName } from './graph-nodes.js'
import type { OpGraph } from './op-graph.js'
import { nativeEngine } from './record-ops.js'
import { savedModel, TAG } from './saved-model.js'

/** What a run is given: a tensor, and the name in the graph of what it stands for. */
type Feed = readonly [name: string, tensor: tf.Tensor]

/** An op graph in TensorFlow, which joins its ops and runs them on all cores. */
export class Session {
  readonly #engine: NativeEngine
  readonly #id: number
  readonly #hidden: readonly Feed[]
  readonly #outputs: readonly string[]

  /** @throws EbbflowError `unsupported` for a graph that TensorFlow refuses. */
  constructor(graph: OpGraph) {
    this.#engine = nativeEngine()
    this.#id = load(this.#engine, graph)
    this.#outputs = graph.outputs.map((_, i) => outputName(i))
    this.#hidden = graph.constants.flatMap((constant, index): Feed[] => {
      if (!isHidden(constant)) return []
      const { TF_FLOAT, TF_BOOL } = this.#engine.binding
      const dtype = constant.dtype === TF_FLOAT ? 'float32' : constant.dtype === TF_BOOL ? 'bool' : 'int32'
      const zeros = tf.tensor(constant.values, [...constant.shape], dtype)
      return [[nameOf({ kind: 'constant', index }), tf.keep(zeros)]]
    })
  }

  run(inputs: readonly tf.Tensor[], variables: readonly tf.Tensor[]): tf.Tensor[] {
    const feeds = [
      ...inputs.map((x, index): Feed => [nameOf({ kind: 'input', index }), x]),
      ...variables.map((x, index): Feed => [nameOf({ kind: 'variable', index }), x]),
      ...this.#hidden,
    ]
    const names = feeds.map(([name]) => ({ name }))
    return this.#engine.runSavedModel(
      this.#id,
      feeds.map(([, tensor]) => tensor),
      names,
      this.#outputs,
    )
  }

  dispose(): void {
    for (const [, tensor] of this.#hidden) tensor.dispose()
    this.#engine.deleteSavedModel(this.#id)
  }
}

function load(engine: NativeEngine, graph: OpGraph): number {
  const folder = mkdtempSync(join(tmpdir(), 'ebbflow-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(graphNodes(graph, engine.binding)))
    return engine.loadSavedModelMetaGraph(folder, TAG)
  } catch (error) {
    throw new EbbflowError('unsupported', `TensorFlow does not take the graph: ${(error as Error).message}`, {
      cause: error,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
