import {
  type Iterated,
  type IterateOptions,
  type IterationStep,
  type Scanned,
  type ScanOptions,
  type ScanStep,
  type SweepOptions,
  type Swept,
  withLoopHooks,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, CallLog } from './calls.js'
import { copyOf, engineParts, partVariables } from './engine.js'
import type { Graph, Use } from './graph.js'
import { turnOf } from './loops.js'
import { type Apart, recordSweep } from './record-sweep.js'
import { Unrecordable } from './recordable.js'
import { Recorder, type RecordOptions } from './recorder.js'
import type { Rehearsal } from './rehearsal.js'

/** What a run of a function on the engine came to: its graph, and its results. */
export interface Recording {
  readonly graph: Graph
  /** The variables that the graph reads, in the order of their indices. */
  readonly variables: readonly tf.Variable[]
  /** The results of the run, for comparison. */
  readonly results: tf.Tensor[]
  /** What a rehearsal goes by; undefined where there can be none. */
  readonly calls: readonly Call[] | undefined
}

export interface RecordingOptions extends RecordOptions {
  /** Stands for the kernels, so that nothing is computed. */
  readonly rehearsal?: Rehearsal
}

/**
 * Runs `fn` once, for real, on the current backend, and writes down every kernel that it runs, gradients included. Handles on the same
 * data are the same value.
 *
 * @throws EbbflowError `unsupported` where the function reads a value that it has computed.
 */
export function record<T extends tf.Tensor[]>(
  fn: () => T,
  inputs: readonly tf.Tensor[],
  { rehearsal, ...options }: RecordingOptions = {},
): Recording {
  const engine = engineParts()
  // a rehearsal goes by the calls of the run before, and by their data
  if (!rehearsal) partVariables()
  const log = rehearsal ? undefined : new CallLog(engine, inputs)
  const recorder = new Recorder(engine, inputs, options)
  let current = recorder
  const { runKernel, readSync, read, makeTensor } = engine
  let depth = 0
  const run: typeof runKernel = (name, kernelInputs, attrs) =>
    rehearsal ? rehearsal.run(runKernel, name, kernelInputs, attrs) : runKernel.call(engine, name, kernelInputs, attrs)
  engine.runKernel = (name, kernelInputs, attrs) => {
    if (depth > 0) {
      const out = run(name, kernelInputs, attrs)
      // kernels make clones of what they were given, or of what they give
      if (name === 'Identity') {
        current.alias((out as tf.Tensor).dataId, kernelInputs.x!.dataId)
        log?.alias((out as tf.Tensor).dataId, kernelInputs.x!.dataId)
      }
      return out
    }
    current.before(name)
    depth++
    try {
      const out = run(name, kernelInputs, attrs)
      current.kernel(name, kernelInputs, attrs ?? {}, Array.isArray(out) ? out : [out])
      log?.add(name, attrs ?? {}, kernelInputs, out)
      return out
    } finally {
      depth--
    }
  }
  engine.makeTensor = (...args) => {
    const made = makeTensor.apply(engine, args)
    current.made(made)
    return made
  }
  engine.readSync = (dataId) => {
    // what a kernel or a solver reads is its own affair
    if (depth === 0) current.reads(dataId)
    return readSync.call(engine, dataId)
  }
  engine.read = (dataId) => {
    if (depth === 0) current.reads(dataId)
    return read.call(engine, dataId)
  }
  /** Runs a part of the function that is written down by itself. */
  const apart: Apart = (inner, run) => {
    const [outer, held] = [current, depth]
    current = inner
    depth = 0
    try {
      return run()
    } finally {
      current = outer
      depth = held
    }
  }
  const unseen = <T>(run: () => T): T => {
    depth++
    try {
      return run()
    } finally {
      depth--
    }
  }
  /** The body is recorded while the first step is taken; the steps themselves are not. */
  const iterate = (options: IterateOptions, solve: (options: IterateOptions) => Iterated): Iterated => {
    if (depth > 0) return solve(options)
    rehearsal?.iterates()
    log?.leave()
    const outer = current
    outer.before('iterate')
    let body: { body: Graph; captured: readonly Use[] } | undefined
    const step = (state: tf.Tensor[], shared: tf.Tensor[]): IterationStep => {
      if (body) return options.step(state, shared)
      const rows = options.rows ?? state[0]!.shape.slice(0, 1)
      const own = [...[...state, ...shared].map(copyOf), tf.fill([...rows], 0)]
      const inner = outer.body(own)
      return apart(inner, () => {
        const status = own.pop()!
        const given = { state: own.slice(0, state.length), shared: own.slice(state.length) }
        const taken = options.step(given.state, given.shared)
        body = { body: inner.graph(turnOf(given, status, taken)), captured: inner.captured }
        return taken
      })
    }
    return unseen(() => {
      const result = solve({ ...options, step })
      if (!body) throw new Unrecordable('an iteration over no rows cannot be recorded')
      return outer.iterated(options, body, result)
    })
  }
  /** As of an iteration, the first step alone is recorded. */
  const scan = (options: ScanOptions, go: (options: ScanOptions) => Scanned): Scanned => {
    if (depth > 0) return go(options)
    rehearsal?.iterates()
    log?.leave()
    const outer = current
    outer.before('scan')
    let body: { body: Graph; captured: readonly Use[] } | undefined
    const step = (state: tf.Tensor[], parts: tf.Tensor[]): ScanStep => {
      if (body) return options.step(state, parts)
      const sums = (options.sums ?? []).map((shape) => tf.fill([...shape], 0))
      const own = { state: state.map(copyOf), parts: parts.map(copyOf), status: tf.fill([], 0) }
      const inner = outer.body([...own.state, ...sums, own.status, ...own.parts])
      return apart(inner, () => {
        const taken = options.step(own.state, own.parts)
        const next = [...taken.state, ...sums.map((sum, i) => tf.add(sum, taken.terms![i]!)), own.status]
        body = { body: inner.graph(next), captured: inner.captured }
        return taken
      })
    }
    return unseen(() => {
      const result = go({ ...options, step })
      if (!body) throw new Unrecordable('what goes along no steps cannot be recorded')
      return outer.scanned(options, body, result)
    })
  }
  /** What a sweep does with one value is recorded on a few rows; where a program has no code for it, the kernel of the engine is. */
  const sweep = (options: SweepOptions, run: () => Swept): Swept => {
    if (depth > 0) return run()
    rehearsal?.iterates()
    log?.leave()
    const outer = current
    outer.before('sweep')
    const made = unseen(() => recordSweep(options, outer, apart))
    if (!made) return run()
    const weights = options.weights()
    const result = unseen(run)
    outer.swept(options, weights, made, result)
    return result
  }
  try {
    const results = withLoopHooks({ iterate, scan, sweep }, fn)
    return { graph: recorder.graph(results), variables: recorder.variables, results, calls: log?.calls }
  } finally {
    engine.runKernel = runKernel
    engine.readSync = readSync
    engine.read = read
    engine.makeTensor = makeTensor
  }
}
