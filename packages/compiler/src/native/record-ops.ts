import * as tf from '@tensorflow/tfjs-core'
import { copyOf, engineParts, partVariables } from '../engine.js'
import { Unrecordable } from '../recordable.js'
import { type ListFunction, whileRecording } from '../trace.js'
import type { NativeEngine, OpAttribute } from './engine.js'
import type { Constant, Op, OpGraph, Source, Typed } from './op-graph.js'
import { substitute, type Writing } from './substitutes.js'

/** Ops that give other numbers each time. */
const RANDOM = /Random|Multinomial/
/** Kernels that read what they are given to see whether it is allowed, which TensorFlow sees for itself. */
const CHECKS = new Set(['GatherV2'])

/** A run of a function on TensorFlow's kernels: its ops, and its results, which are the caller's to dispose of. */
export interface OpRecording {
  readonly graph: OpGraph
  readonly results: tf.Tensor[]
}

/** The native backend, which must be the current one. */
export const nativeEngine = (): NativeEngine => tf.backend() as unknown as NativeEngine

/**
 * Runs a function once, for real, and writes down the ops of TensorFlow that its kernels come to.
 *
 * @throws EbbflowError `unsupported`, with the layer's path, where something is computed beside TensorFlow from what the function is given.
 */
export function recordOps(
  fn: ListFunction,
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
): OpRecording {
  partVariables()
  return whileRecording(() => {
    const recorded: OpRecording[] = []
    tf.tidy(() => {
      // data of their own, so that an input that is also something else is an input here
      const own = inputs.map(copyOf)
      const recorder = new OpRecorder(nativeEngine(), own, variables)
      const results = recorder.watch(() => fn(own))
      recorded.push({ graph: recorder.graph(results), results: results.map((result) => tf.keep(tf.clone(result))) })
    })
    return recorded[0]!
  })
}

/** Values by the tensors' data, whose handles may be many. */
class OpRecorder {
  readonly #engine: NativeEngine
  readonly #known = new Map<object, Source>()
  /** Data that depend on inputs or variables. */
  readonly #open = new Set<object>()
  readonly #inputs: Typed[]
  readonly #variables: Typed[]
  readonly #constants: Constant[] = []
  readonly #ops: Op[] = []
  /** The kernels that run, one within another. */
  readonly #running: string[] = []
  readonly #readSync: NativeEngine['readSync']
  readonly #writing: Writing

  constructor(engine: NativeEngine, inputs: readonly tf.Tensor[], variables: readonly tf.Variable[]) {
    this.#engine = engine
    this.#readSync = engine.readSync.bind(engine)
    this.#writing = {
      binding: engine.binding,
      op: (op) => ({ kind: 'op', index: this.#ops.push(op) - 1, output: 0 }),
      constant: (constant) => ({ kind: 'constant', index: this.#constants.push(constant) - 1 }),
    }
    this.#inputs = inputs.map((x, index) => this.#given(x, { kind: 'input', index }))
    this.#variables = variables.map((x, index) => this.#given(x, { kind: 'variable', index }))
  }

  #given(x: tf.Tensor, source: Source): Typed {
    this.#known.set(x.dataId, source)
    this.#open.add(x.dataId)
    return { shape: x.shape, dtype: dtypeOf(this.#engine, x) }
  }

  /** Runs a function, while the ops that it comes to are written down. */
  watch<T>(run: () => T): T {
    const [native, engine] = [this.#engine, engineParts()]
    const { executeSingleOutput: single, executeMultipleOutputs: multiple } = native
    const { runKernel } = engine
    const reading = native.readSync
    native.executeSingleOutput = (name, attributes, inputs) => {
      const output = single.call(native, name, attributes, inputs)
      this.#op(name, attributes, inputs, [output])
      return output
    }
    native.executeMultipleOutputs = (name, attributes, inputs, count) => {
      const outputs = multiple.call(native, name, attributes, inputs, count)
      this.#op(name, attributes, inputs, outputs)
      return outputs
    }
    native.readSync = (dataId) => {
      this.#reads(dataId)
      return this.#readSync(dataId)
    }
    engine.runKernel = (name, inputs, attrs) => {
      this.#running.push(name)
      try {
        return runKernel.call(engine, name, inputs, attrs)
      } finally {
        this.#running.pop()
      }
    }
    try {
      return run()
    } finally {
      native.executeSingleOutput = single
      native.executeMultipleOutputs = multiple
      native.readSync = reading
      engine.runKernel = runKernel
    }
  }

  #reads(dataId: object): void {
    if (!this.#open.has(dataId) || this.#running.some((kernel) => CHECKS.has(kernel))) return
    const kernel = this.#running.at(-1)
    throw new Unrecordable(
      kernel
        ? `the kernel ${kernel} is not made of TensorFlow's ops`
        : 'the value of a tensor is read while the function computes, so its course depends on data',
    )
  }

  #op(name: string, attributes: OpAttribute[], inputs: readonly tf.TensorInfo[], outputs: readonly tf.Tensor[]): void {
    if (RANDOM.test(name)) throw new Unrecordable(`the op ${name} gives other numbers each time`)
    const op = {
      name,
      attributes,
      inputs: inputs.map((x) => this.#source(x)),
      outputs: outputs.map((x) => this.#typed(x)),
    }
    const other = substitute(op, this.#writing)
    const first = other ?? this.#writing.op(op)
    const open = inputs.some(({ dataId }) => dataId && this.#open.has(dataId))
    for (const [output, { dataId }] of outputs.entries()) {
      this.#known.set(dataId, other ?? { kind: 'op', index: first.index, output })
      if (open) this.#open.add(dataId)
    }
  }

  #typed({ dataId }: tf.TensorInfo): Typed {
    const { shape, dtype } = this.#engine.tensorMap.get(dataId)
    return { shape: [...shape], dtype }
  }

  /** What is not known was there before, or has been made of numbers. */
  #source(x: tf.TensorInfo): Source {
    const known = this.#known.get(x.dataId)
    if (known) return known
    // tfjs-node gives some ops 64-bit numbers, of two words each, that are no tensors
    const { valueArray: words } = x as { valueArray?: Int32Array }
    const { TF_INT64, TF_FLOAT, TF_INT32, TF_BOOL } = this.#engine.binding
    if (words) return this.#writing.constant({ shape: [], dtype: TF_INT64, values: words })
    const { shape, dtype } = this.#typed(x)
    if (![TF_FLOAT, TF_INT32, TF_BOOL].includes(dtype)) throw new Unrecordable(`a constant is of dtype ${x.dtype}`)
    const values = (this.#readSync(x.dataId) as Float32Array).slice()
    const source = this.#writing.constant({ shape, dtype, values })
    this.#known.set(x.dataId, source)
    return source
  }

  graph(results: readonly tf.Tensor[]): OpGraph {
    const outputs = results.map((result) => this.#source(result))
    return {
      ...{ inputs: this.#inputs, variables: this.#variables, constants: this.#constants },
      ...{ ops: this.#ops, outputs },
    }
  }
}

function dtypeOf({ binding }: NativeEngine, { dtype }: tf.Tensor): number {
  if (dtype === 'float32') return binding.TF_FLOAT
  if (dtype === 'int32') return binding.TF_INT32
  if (dtype === 'bool') return binding.TF_BOOL
  throw new Unrecordable(`tensors of dtype ${dtype} are not compiled`)
}
