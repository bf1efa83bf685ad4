import { currentBackend, EbbflowError, FLOAT64 } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { explain } from './explain.js'
import { hostNodes } from './host.js'
import type { ThreadPool } from './threads/pool.js'
import { Inconstant, isRecording, layerOf } from './trace.js'
import { accepting, type Variant, variantFor } from './variant.js'

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
  /** A table for people: nodes after each pass, what runs with the time of each kernel, and memory. Runs the program to time it. */
  explain(): string
  /** Frees its programs; a later call makes them anew. */
  dispose(): void
}

/** Programs for different shapes that are kept at a time. */
const MOST_PROGRAMS = 8

/**
 * Compiles a function of tensors, gradients within it included, into one WebAssembly program with SIMD.
 *
 * The function runs twice, for real, on the current backend, while what it does is recorded. It must be pure: of the same inputs, the
 * same outputs. Parameters that it reads are read anew at each call; other tensors that it closes over are taken as they are. Where each row of
 * its results comes from that row of its inputs alone, and it does the same to any number of them, the program is for a block of rows: it
 * takes any number, and its memory does not grow with them. Otherwise a call with other shapes makes another program. Solvers repeat
 * their steps within it until every row has converged. Where it cannot be compiled (a value that is read, or a size that depends on data,
 * the double-precision backend, a call under a gradient tape), the function itself runs; that is said once. Its first result is checked
 * against the function's own.
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
  return compileWith({}, fn, ...examples)
}

/** Options of `compileWith`. */
export interface CompileOptions {
  /** Threads that share the blocks of rows, from `openThreads`; results are the same to the bit. Default this one alone. */
  readonly threads?: ThreadPool
}

/**
 * Compiles a function, as `compile` does, with options.
 *
 * @throws EbbflowError `unsupported` as `compile`; its calls throw `thread` where a thread has failed.
 * @example
 * ```ts
 * import { compileWith, openThreads } from '@ebbflow/compiler'
 * const threads = await openThreads({ count: 2 })
 * const logProb = compileWith({ threads }, (x: tf.Tensor) => flow.logProb(x), x)
 * const density = logProb(x)
 * threads.close()
 * ```
 */
export function compileWith<In extends tf.Tensor[], Out extends Result>(
  { threads }: CompileOptions,
  fn: (...inputs: In) => Out,
  ...examples: In
): CompiledFunction<In, Out> {
  const variants: Variant[] = []
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

  const make = (inputs: tf.Tensor[]): Variant => {
    const eager = (reason: string): Variant => ({ accepts: accepting(inputs), reason })
    if (currentBackend() === FLOAT64) return eager('the current backend computes in double precision')
    try {
      const variant = variantFor(listed, inputs, threads)
      // kernels of our own run beside every engine alike
      const { operations } = variant.program.description
      const hosted = hostNodes(operations).find(({ attrs }) => !`${attrs.kernel}`.startsWith('Ebbflow'))
      if (hosted) {
        const layer = layerOf(listed, inputs, hosted)
        warn(`the kernel ${hosted.attrs.kernel}${layer ? ` of ${layer}` : ''} is not compiled and runs on the engine`)
      }
      return variant
    } catch (error) {
      if (!(error instanceof EbbflowError) || error.code !== 'unsupported' || error instanceof Inconstant) throw error
      warn(`not compiled: ${error.message}`)
      return eager(error.message)
    }
  }

  const variantOf = (inputs: tf.Tensor[]): Variant => {
    const at = variants.findIndex(({ accepts }) => accepts(inputs))
    let [variant] = at < 0 ? [] : variants.splice(at, 1)
    if (variant?.program?.stale) {
      variant.program.dispose()
      variant = undefined
    }
    variant ??= make(inputs)
    variants.push(variant)
    if (variants.length > MOST_PROGRAMS) variants.shift()?.program?.dispose()
    return variant
  }

  const call = (...inputs: In): Out => {
    if (isRecording() || underTape() || currentBackend() === FLOAT64) return fn(...inputs)
    const { program } = variantOf(inputs)
    if (!program) return fn(...inputs)
    const results = program.run(inputs)
    if (keys === 'one') return results[0] as unknown as Out
    if (keys === 'list') return results as unknown as Out
    return Object.fromEntries(keys.map((key, i) => [key, results[i]!])) as unknown as Out
  }

  const { program, reason } = variantOf(examples)
  let described = program?.description
  return Object.assign(call, {
    engine: program ? ('compiled' as const) : ('eager' as const),
    reason,
    memoryBytes: program?.description.plan.bytes,
    explain: () => {
      if (described) return explain(described)
      return reason === undefined ? 'its programs are disposed of' : `runs eagerly: ${reason}`
    },
    dispose: () => {
      for (const { program } of variants.splice(0)) program?.dispose()
      described = undefined
    },
  })
}

/** Whether the engine records for gradients, which a program would hide its inner values from. */
const underTape = (): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0
