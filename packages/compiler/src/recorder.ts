import type { Iterated, IterateOptions, Scanned, ScanOptions, SweepOptions, Swept } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { copyOf, type EngineParts, valuesOf } from './engine.js'
import type { Graph, Node, Origin, Use, Value, ValueId } from './graph.js'
import { ITERATE, type Iteration } from './loops.js'
import { constantOf, folded, SIZED_BY_NUMBERS, Unrecordable, VIEWS } from './recordable.js'
import { SWEEP, type Sweep } from './sweeps.js'

export interface RecordOptions {
  /** Throws within the function at this kernel call, so that the error carries the path of the layer. */
  readonly stopAt?: number
}

/** Writes down what runs on the engine: of a function, or of the body of an iteration within it. */
export class Recorder {
  readonly #options: RecordOptions
  readonly #values: Value[] = []
  readonly #nodes: Node[] = []
  readonly #known = new Map<object, ValueId>()
  /** Values that depend on no input and no variable. */
  readonly #fixed = new Set<ValueId>()
  readonly #variableOf: Map<object, tf.Variable>
  readonly #aliases = new Map<object, object>()
  /** Data made of numbers while the function ran. */
  readonly #made: WeakSet<object>
  /** Data of a size that is not the same in each call. */
  readonly #sizeless = new WeakSet<object>()
  /** Of these, what iterations have recorded, which others may go along, and how many turns they took. */
  readonly #series = new WeakMap<object, { readonly whole: Use; readonly turns: Use; readonly most: number }>()
  readonly #start: number
  readonly #engine: EngineParts
  readonly #outer: Recorder | undefined
  readonly variables: tf.Variable[] = []
  /** What a body reads of the function around it. */
  readonly captured: Use[] = []
  readonly #given: number
  #calls = 0

  constructor(engine: EngineParts, inputs: readonly tf.Tensor[], options: RecordOptions, outer?: Recorder) {
    this.#options = options
    this.#engine = engine
    this.#outer = outer
    this.#start = outer ? outer.#start : engine.nextTensorId()
    this.#made = outer ? outer.#made : new WeakSet()
    this.#given = inputs.length
    this.#variableOf =
      (outer ? outer.#variableOf : undefined) ??
      new Map(Object.values(engine.registeredVariables).map((v) => [v.dataId as object, v]))
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
    // on some backends a copy is a handle on the same data
    if (fresh !== source) this.#aliases.set(fresh, source)
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
    if (!this.#outer && this.#calls === this.#options.stopAt) throw new Unrecordable(kernel)
  }

  /** The number of a kernel call; those of a body have that of their iteration. */
  #next(): number {
    return this.#outer ? this.#outer.#calls : this.#calls++
  }

  #use(tensor: tf.Tensor): Use {
    return { value: this.#reach(tensor) ?? this.#outside(tensor), shape: [...tensor.shape] }
  }

  /** A value that is known here, or by the function around this body. */
  #reach(tensor: tf.Tensor): ValueId | undefined {
    const known = this.#find(tensor.dataId)
    if (known !== undefined || !this.#outer) return known
    const outer = this.#outer
    const value = outer.#reach(tensor) ?? (this.#variableOf.has(tensor.dataId) ? outer.#outside(tensor) : undefined)
    if (value === undefined) return undefined
    const { origin } = outer.#values[value]!
    if (origin.kind === 'constant' || origin.kind === 'filled') return this.#add(tensor, origin)
    this.captured.push({ value, shape: [...tensor.shape] })
    return this.#add(tensor, { kind: 'input', index: this.#given + this.captured.length - 1 })
  }

  /** What was there before, or was made of numbers: a variable, or a constant. */
  #outside(tensor: tf.Tensor): ValueId {
    for (let at: object | undefined = tensor.dataId; at; at = this.#aliases.get(at))
      if (this.#sizeless.has(at)) throw new Unrecordable('a size depends on data')
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
    const call = this.#next()
    const view = VIEWS.has(name)
    const first = view ? Object.values(inputs)[0] : undefined
    if (first && this.#sizeless.has(first.dataId)) {
      this.#sizeless.add(outputs[0]!.dataId)
      const series = name === 'Identity' ? this.#series.get(first.dataId) : undefined
      if (series) this.#series.set(outputs[0]!.dataId, series)
      return
    }
    const uses: Record<string, Use> = {}
    let fixed = true
    for (const key in inputs) {
      const tensor = inputs[key]
      if (!tensor) continue
      const use = this.#use(tensor)
      uses[key] = use
      if (!this.#fixed.has(use.value)) fixed = false
    }
    if (first && this.#find(outputs[0]!.dataId) === undefined) {
      this.alias(outputs[0]!.dataId, first.dataId)
      return
    }
    const known = outputs.map(({ dataId }) => this.#find(dataId))
    // the same data under another shape
    if (!known.includes(undefined)) return
    if (!fixed && SIZED_BY_NUMBERS.test(name)) {
      for (const { dataId } of outputs) this.#sizeless.add(dataId)
      return
    }
    const made = outputs.map(
      (output, i) => known[i] ?? this.#add(output, fixed ? folded(name, attrs, output) : { kind: 'node' }),
    )
    if (fixed) return
    this.#nodes.push({ kernel: name, inputs: uses, attrs: attrs as Node['attrs'], outputs: made, call })
  }

  /** A value that depends on the inputs decides what the function does next: no graph can follow. */
  reads(dataId: object): void {
    const value = this.#find(dataId)
    if (value === undefined && this.#outer) {
      this.#outer.reads(dataId)
      return
    }
    const depends = value === undefined ? this.#variableOf.has(dataId) : !this.#fixed.has(value)
    if (depends || this.#sizeless.has(dataId))
      throw new Unrecordable('the value of a tensor is read while the function computes, so its course depends on data')
  }

  /** Writes down the body of an iteration. */
  body(inputs: readonly tf.Tensor[]): Recorder {
    return new Recorder(this.#engine, inputs, {}, this)
  }

  /** Writes down an iteration, and gives its results with data of their own, for its body may have given what others know. */
  iterated(
    { state, shared = [], maxIterations, solver }: IterateOptions,
    { body, captured }: { body: Graph; captured: readonly Use[] },
    result: Iterated,
  ): Iterated {
    const call = this.#next()
    const given = [...state, ...shared]
    const inputs = Object.fromEntries([...given.map((x) => this.#use(x)), ...captured].map((use, i) => [i, use]))
    const last = {
      ...result,
      state: result.state.map(copyOf),
      shared: result.shared.map(copyOf),
      converged: copyOf(result.converged),
    }
    const outputs = [...last.state, ...last.shared, last.converged].map((x) => this.#add(x, { kind: 'node' }))
    const { records } = result
    if (records) {
      const turns = this.#value([], 'int32')
      const whole = this.#recorded(records, maxIterations, turns)
      outputs.push(whole, turns)
    }
    const attrs: Iteration = {
      ...{ body, kept: given.length, shared: shared.length, maxIterations },
      ...(solver !== undefined && { solver }),
      ...(records && { records: true }),
    }
    this.#nodes.push({ kernel: ITERATE, inputs, attrs: { ...attrs }, outputs, call })
    return last
  }

  #value(shape: readonly number[], dtype: tf.DataType, origin: Origin = { kind: 'node' }): ValueId {
    return this.#values.push({ shape, dtype, origin }) - 1
  }

  /**
   * A value for what is recorded turn by turn, of which nobody reads but who goes along it: what each turn has lies behind that of the
   * turn before, though the shape says otherwise, lest the turns be taken for rows.
   */
  #recorded({ dataId, shape: [, ...part], dtype }: tf.Tensor, most: number, turns: ValueId): ValueId {
    const shape = [...part, most]
    const value = this.#value(shape, dtype)
    this.#sizeless.add(dataId)
    this.#series.set(dataId, { whole: { value, shape }, turns: { value: turns, shape: [] }, most })
    return value
  }

  /** Writes down what goes along tensors, and gives its results with data of their own. */
  scanned(
    { along, state, sums = [], reverse = false, trail = false }: ScanOptions,
    { body, captured }: { body: Graph; captured: readonly Use[] },
    result: Scanned,
  ): Scanned {
    const call = this.#next()
    const series = along.map((x) => this.#seriesOf(x))
    const { turns, most } = series[0]!
    const zeros = sums.map((shape): Use => ({ value: this.#zeros(shape), shape: [...shape] }))
    const numbered = [...state.map((x) => this.#use(x)), ...zeros, ...captured]
    const inputs = {
      ...Object.fromEntries(numbered.map((use, i) => [i, use])),
      ...Object.fromEntries(series.map(({ whole }, i) => [`along ${i}`, whole])),
      turns,
    }
    const last = { ...result, state: result.state.map(copyOf), sums: result.sums.map(copyOf) }
    const outputs = [...last.state, ...last.sums].map((x) => this.#add(x, { kind: 'node' }))
    outputs.push(this.#value([], 'float32'))
    outputs.push(...result.trail.map((x) => this.#recorded(x, most, turns.value)))
    const attrs: Iteration = {
      ...{ body, kept: state.length + sums.length, shared: sums.length, maxIterations: most },
      along: { count: along.length, reverse, trail },
    }
    this.#nodes.push({ kernel: ITERATE, inputs, attrs: { ...attrs }, outputs, call })
    return last
  }

  #zeros(shape: readonly number[]): ValueId {
    return this.#value([...shape], 'float32', { kind: 'filled', fill: 0 })
  }

  #seriesOf(x: tf.Tensor): { readonly whole: Use; readonly turns: Use; readonly most: number } {
    for (let at: object | undefined = x.dataId; at; at = this.#aliases.get(at)) {
      const found = this.#series.get(at)
      if (found) return found
    }
    const most = x.shape[0]!
    const turns = this.#value([], 'int32', { kind: 'filled', fill: most })
    return { whole: this.#use(x), turns: { value: turns, shape: [] }, most }
  }

  /** Writes down a sweep. */
  swept(
    { y, context }: SweepOptions,
    { kernels, biases }: ReturnType<SweepOptions['weights']>,
    attrs: Sweep,
    result: Swept,
  ): void {
    const call = this.#next()
    const inputs: Record<string, Use> = { y: this.#use(y), ...(context && { context: this.#use(context) }) }
    for (const [l, kernel] of kernels.entries()) {
      inputs[`kernel ${l}`] = this.#use(kernel)
      inputs[`bias ${l}`] = this.#use(biases[l]!)
    }
    const outputs = result.map((x) => this.#add(x, { kind: 'node' }))
    this.#nodes.push({ kernel: SWEEP, inputs, attrs: { ...attrs }, outputs, call })
  }

  graph(results: readonly tf.Tensor[]): Graph {
    return { values: this.#values, nodes: this.#nodes, outputs: results.map((result) => this.#use(result)) }
  }
}
