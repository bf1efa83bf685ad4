import { currentBackend, EbbflowError, FLOAT64 } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { explain } from './explain.js'
import { hostNodes } from './host.js'
import { Program, signatureOf, verify } from './program.js'
import { Inconstant, isRecording, layerOf, trace } from './trace.js'

/** What a compiled function may give: a tensor, a list of them, or a record of them. */
export type Result = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>

/** A function that has been compiled; called like the function itself. */
export interface CompiledFunction<In extends tf.Tensor[], Out extends Result> {
  (...inputs: In): Out
  /** How calls with the example's shapes run. */
  readonly engine: 'compiled' | 'eager'
  /** Why it runs eagerly, if it does. */
  readonly reason: string | undefined
  /** Planned memory in bytes of the program for the example's shapes; undefined if it runs eagerly. */
  readonly memoryBytes: number | undefined
  /** A table for people: nodes after each pass, memory, and what runs. */
  explain(): string
  /** Frees its programs; a later call makes them anew. */
  dispose(): void
}

/** Programs for different shapes that are kept at a time. */
const MOST_PROGRAMS = 8

type Compiled = { program: Program } | { reason: string }

/**
 * Compiles a function of tensors, gradients within it included, into one WebAssembly program with SIMD.
 *
 * The function runs twice, for real, on the current backend, while what it does is recorded. It must be pure: of the same inputs, the
 * same outputs. Parameters that it reads are read anew at each call; other tensors that it closes over are taken as they are. A call with
 * other shapes makes another program. Where it cannot be compiled (an iterative solver whose course depends on data, the double-precision
 * backend, a call under a gradient tape), the function itself runs; that is said once. Its first result is checked against the
 * function's own.
 *
 * @throws EbbflowError `unsupported`, naming the layer, for a function that differs from one call to the next.
 * @example
 * ```ts
 * import { compile } from '@ebbflow/compiler'
 * const logProb = compile((x: tf.Tensor) => flow.logProb(x), x)
 * const density = logProb(x) // as flow.logProb(x), several times faster
 * logProb.dispose()
 * ```
 */
export function compile<In extends tf.Tensor[], Out extends Result>(
  fn: (...inputs: In) => Out,
  ...examples: In
): CompiledFunction<In, Out> {
  const programs = new Map<string, Compiled>()
  let warned = false
  let keys: string[] | 'one' | 'list' = 'one'
  const warn = (message: string): void => {
    if (!warned) console.warn(`ebbflow: ${message}`)
    warned = true
  }
  const listed = (inputs: tf.Tensor[]): tf.Tensor[] => {
    const result = fn(...(inputs as In))
    if (result instanceof tf.Tensor) return [result]
    keys = Array.isArray(result) ? 'list' : Object.keys(result)
    return Object.values(result)
  }

  const make = (inputs: tf.Tensor[]): Compiled => {
    if (currentBackend() === FLOAT64) return { reason: 'the current backend computes in double precision' }
    let results: tf.Tensor[] = []
    try {
      const recording = trace(listed, inputs)
      results = recording.results
      const program = new Program(recording)
      for (const [i, input] of inputs.entries()) program.setInput(i, input.dataSync() as ArrayLike<number>)
      program.execute()
      verify(program, results)
      // kernels of our own run beside every engine alike
      const hosted = hostNodes(program.built.operations).find(({ attrs }) => !`${attrs.kernel}`.startsWith('Ebbflow'))
      if (hosted) {
        const layer = layerOf(listed, inputs, hosted)
        warn(`the kernel ${hosted.attrs.kernel}${layer ? ` of ${layer}` : ''} is not compiled and runs on the engine`)
      }
      return { program }
    } catch (error) {
      if (!(error instanceof EbbflowError) || error.code !== 'unsupported' || error instanceof Inconstant) throw error
      warn(`not compiled: ${error.message}`)
      return { reason: error.message }
    } finally {
      tf.dispose(results)
    }
  }

  const compiledFor = (inputs: tf.Tensor[]): Compiled => {
    const signature = signatureOf(inputs)
    let compiled = programs.get(signature)
    if (compiled && 'program' in compiled && compiled.program.stale) compiled = undefined
    compiled ??= make(inputs)
    programs.delete(signature)
    programs.set(signature, compiled)
    if (programs.size > MOST_PROGRAMS) programs.delete(programs.keys().next().value!)
    return compiled
  }

  const call = (...inputs: In): Out => {
    if (isRecording() || underTape() || currentBackend() === FLOAT64) return fn(...inputs)
    const compiled = compiledFor(inputs)
    if (!('program' in compiled)) return fn(...inputs)
    const { program } = compiled
    for (const [i, input] of inputs.entries()) program.setInput(i, input.dataSync() as ArrayLike<number>)
    program.execute()
    const results = Array.from({ length: program.outputs }, (_, i) => program.output(i))
    if (keys === 'one') return results[0] as unknown as Out
    if (keys === 'list') return results as unknown as Out
    return Object.fromEntries(keys.map((key, i) => [key, results[i]!])) as unknown as Out
  }

  const first = compiledFor(examples)
  const table = 'program' in first ? explain(first.program.built) : `runs eagerly: ${first.reason}`
  return Object.assign(call, {
    engine: 'program' in first ? ('compiled' as const) : ('eager' as const),
    reason: 'reason' in first ? first.reason : undefined,
    memoryBytes: 'program' in first ? first.program.built.plan.bytes : undefined,
    explain: () => table,
    dispose: () => programs.clear(),
  })
}

/** Whether the engine records for gradients, which a program would hide its inner values from. */
const underTape = (): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0
