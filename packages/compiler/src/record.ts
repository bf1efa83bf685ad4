import { EbbflowError, showShape, sizeOf } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { exact } from './exact.js'
import type { Graph, Node, Origin, Use, Value, ValueId } from './graph.js'

/** What a run of a function on the engine came to: its graph, and its results. */
export interface Recording {
  readonly graph: Graph
  /** The variables that the graph reads, in the order of their indices. */
  readonly variables: readonly tf.Variable[]
  /** The results of the run, for comparison. */
  readonly results: tf.Tensor[]
}

export interface RecordOptions {
  /** Throws within the function at this kernel call, so that the error carries the path of the layer. */
  readonly stopAt?: number
}

/** Thrown through the recorded function; layers that it passes add their path. */
export class Unrecordable extends EbbflowError {
  constructor(message: string) {
    super('unsupported', message)
  }
}

interface EngineParts {
  runKernel(name: string, inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap): tf.Tensor | tf.Tensor[]
  readSync(dataId: tf.DataId): tf.BackendValues
  read(dataId: tf.DataId): Promise<tf.BackendValues>
  makeTensor(...args: unknown[]): tf.Tensor
  nextTensorId(): number
  registeredVariables: Record<string, tf.Variable>
  state: { tensorInfo: WeakMap<object, { backend: tf.KernelBackend }> }
}

const engineParts = (): EngineParts => tf.engine() as unknown as EngineParts

/** The values of data where they are, whichever backend holds them. */
function valuesOf(dataId: tf.DataId): tf.BackendValues {
  const { backend } = engineParts().state.tensorInfo.get(dataId)!
  return backend.readSync(dataId) as tf.BackendValues
}

/** Kernels that only give data another shape; some backends copy, and so make new data of it. */
const VIEWS = new Set(['Identity', 'Reshape'])

/**
 * Runs `fn` once, for real, on the current backend, and writes down every kernel that it runs, gradients included. Handles on the same
 * data are the same value.
 *
 * @throws EbbflowError `unsupported` where the function reads a value that it has computed.
 */
export function record<T extends tf.Tensor[]>(
  fn: () => T,
  inputs: readonly tf.Tensor[],
  options: RecordOptions = {},
): Recording {
  const engine = engineParts()
  const recorder = new Recorder(engine, inputs, options)
  const { runKernel, readSync, read, makeTensor } = engine
  let depth = 0
  engine.runKernel = (name, kernelInputs, attrs) => {
    if (depth > 0) {
      const out = runKernel.call(engine, name, kernelInputs, attrs)
      // kernels make clones of what they were given, or of what they give
      if (name === 'Identity') recorder.alias((out as tf.Tensor).dataId, kernelInputs.x!.dataId)
      return out
    }
    recorder.before(name)
    depth++
    try {
      const out = runKernel.call(engine, name, kernelInputs, attrs)
      recorder.kernel(name, kernelInputs, attrs ?? {}, Array.isArray(out) ? out : [out])
      return out
    } finally {
      depth--
    }
  }
  engine.makeTensor = (...args) => {
    const made = makeTensor.apply(engine, args)
    recorder.made(made)
    return made
  }
  engine.readSync = (dataId) => {
    recorder.reads(dataId)
    return readSync.call(engine, dataId)
  }
  engine.read = (dataId) => {
    recorder.reads(dataId)
    return read.call(engine, dataId)
  }
  try {
    const results = fn()
    return { graph: recorder.graph(results), variables: recorder.variables, results }
  } finally {
    engine.runKernel = runKernel
    engine.readSync = readSync
    engine.read = read
    engine.makeTensor = makeTensor
  }
}

class Recorder {
  readonly #options: RecordOptions
  readonly #values: Value[] = []
  readonly #nodes: Node[] = []
  readonly #known = new Map<object, ValueId>()
  /** Values that depend on no input and no variable. */
  readonly #fixed = new Set<ValueId>()
  readonly #variableOf = new Map<object, tf.Variable>()
  readonly #aliases = new Map<object, object>()
  /** Data made of numbers while the function ran. */
  readonly #made = new WeakSet<object>()
  readonly #start: number
  readonly variables: tf.Variable[] = []
  #calls = 0

  constructor(engine: EngineParts, inputs: readonly tf.Tensor[], options: RecordOptions) {
    this.#options = options
    this.#start = engine.nextTensorId()
    for (const variable of Object.values(engine.registeredVariables)) this.#variableOf.set(variable.dataId, variable)
    for (const [index, input] of inputs.entries()) this.#add(input, { kind: 'input', index })
  }

  #add({ dataId, shape, dtype }: tf.Tensor | tf.TensorInfo, origin: Origin): ValueId {
    this.#values.push({ shape: [...shape], dtype, origin })
    const id = this.#values.length - 1
    this.#known.set(dataId, id)
    if (origin.kind === 'constant' || origin.kind === 'filled') this.#fixed.add(id)
    return id
  }

  /** Data that hold the same numbers as others, which a kernel may be about to give. */
  alias(fresh: object, source: object): void {
    this.#aliases.set(fresh, source)
  }

  made({ dataId }: tf.Tensor): void {
    this.#made.add(dataId)
  }

  #find(dataId: object): ValueId | undefined {
    for (let at: object | undefined = dataId; at; at = this.#aliases.get(at)) {
      const id = this.#known.get(at)
      if (id !== undefined) return id
    }
    return undefined
  }

  before(kernel: string): void {
    if (this.#calls === this.#options.stopAt) throw new Unrecordable(kernel)
  }

  #use(tensor: tf.Tensor): Use {
    return { value: this.#find(tensor.dataId) ?? this.#outside(tensor), shape: [...tensor.shape] }
  }

  /** What was there before, or was made of numbers: a variable, or a constant. */
  #outside(tensor: tf.Tensor): ValueId {
    const variable = this.#variableOf.get(tensor.dataId)
    if (variable) {
      this.variables.push(variable)
      return this.#add(tensor, { kind: 'variable', index: this.variables.length - 1 })
    }
    if (tensor.id > this.#start && !this.#made.has(tensor.dataId))
      throw new Unrecordable('a tensor came about in a way that cannot be followed')
    return this.#add(tensor, constantOf(valuesOf(tensor.dataId)))
  }

  kernel(name: string, inputs: tf.NamedTensorMap, attrs: object, outputs: readonly tf.Tensor[]): void {
    const call = this.#calls++
    const uses: Record<string, Use> = {}
    for (const [key, tensor] of Object.entries(inputs)) if (tensor) uses[key] = this.#use(tensor)
    const first = Object.values(inputs)[0]
    if (VIEWS.has(name) && first && this.#find(outputs[0]!.dataId) === undefined) {
      this.alias(outputs[0]!.dataId, first.dataId)
      return
    }
    // the same data under another shape
    if (outputs.every(({ dataId }) => this.#find(dataId) !== undefined)) return
    const fixed = Object.values(uses).every(({ value }) => this.#fixed.has(value))
    const made = outputs.map((output) => {
      const known = this.#find(output.dataId)
      if (known !== undefined) return known
      return this.#add(output, fixed ? folded(name, attrs, output) : { kind: 'node' })
    })
    if (fixed) return
    this.#nodes.push({ kernel: name, inputs: uses, attrs: attrs as Node['attrs'], outputs: made, call })
  }

  /** A value that depends on the inputs decides what the function does next: no graph can follow. */
  reads(dataId: object): void {
    const value = this.#find(dataId)
    if (value === undefined ? this.#variableOf.has(dataId) : !this.#fixed.has(value))
      throw new Unrecordable('the value of a tensor is read while the function computes, so its course depends on data')
  }

  graph(results: readonly tf.Tensor[]): Graph {
    return { values: this.#values, nodes: this.#nodes, outputs: results.map((result) => this.#use(result)) }
  }
}

/** What a kernel made of constants alone: known for good. */
function folded(name: string, attrs: object, output: tf.Tensor): Origin {
  const { value } = attrs as { value?: unknown }
  if (name === 'Fill' && typeof value === 'number') return { kind: 'filled', fill: value }
  return constantOf(valuesOf(output.dataId))
}

function constantOf(values: tf.BackendValues): Origin {
  const data = values as Float32Array
  const first = data[0]
  if (first !== undefined && data.every((value) => Object.is(value, first))) return { kind: 'filled', fill: first }
  return { kind: 'constant', data: data.slice() }
}

/** Where two recordings of a function differ: the number of the first kernel call that does, and how; undefined where they are the same. */
export function difference(a: Graph, b: Graph): { call: number; what: string } | undefined {
  for (let i = 0; i < Math.max(a.nodes.length, b.nodes.length); i++) {
    const one = a.nodes[i]
    const other = b.nodes[i]
    const call = (one ?? other)!.call
    if (!one || !other) return { call, what: 'the number of its operations' }
    if (signature(one) !== signature(other)) return { call, what: `its operation ${one.kernel}` }
    for (const { value } of Object.values(one.inputs)) {
      if (!sameOrigin(a.values[value]!, b.values[value])) return { call, what: `a number that ${one.kernel} is given` }
    }
  }
  const last = a.nodes.at(-1)?.call ?? 0
  if (JSON.stringify(a.outputs) !== JSON.stringify(b.outputs)) return { call: last, what: 'its outputs' }
  for (const { value } of a.outputs)
    if (!sameOrigin(a.values[value]!, b.values[value])) return { call: last, what: 'a constant result' }
  return undefined
}

const signature = ({ kernel, inputs, attrs, outputs }: Node): string =>
  JSON.stringify([kernel, inputs, attrs, outputs], exact)

function sameOrigin(a: Value, b: Value | undefined): boolean {
  if (!b || a.dtype !== b.dtype || showShape(a.shape) !== showShape(b.shape) || a.origin.kind !== b.origin.kind)
    return false
  if (a.origin.kind === 'filled') return Object.is(a.origin.fill, (b.origin as { fill: number }).fill)
  if (a.origin.kind !== 'constant') return true
  const { data } = b.origin as { data: ArrayLike<number> }
  return sizeOf(a.shape) === sizeOf(b.shape) && Array.from(a.origin.data).every((value, i) => Object.is(value, data[i]))
}
