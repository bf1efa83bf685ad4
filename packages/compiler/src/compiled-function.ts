import { areParametersReplaced, EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { Inconstant, isRecording, type ListFunction } from './trace.js'
import { accepting, type Variant } from './variant.js'

/** What a compiled function may give: a tensor, a list of them, or a record of them. */
export type Result = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>

/** A function that has been compiled; called like the function itself. */
export interface CompiledFunction<In extends tf.Tensor[], Out extends Result> {
  (...inputs: In): Out
  /** How calls with the example's shapes run. */
  readonly engine: 'compiled' | 'eager'
  /** Why it runs eagerly, if it does. */
  readonly reason: string | undefined
  /** Planned memory in bytes of the program for the example's shapes; undefined if it runs eagerly, or in memory of the engine's. */
  readonly memoryBytes: number | undefined
  /** A table for people: what runs, with the time of each kernel where that can be told, and memory. May run the program to time it. */
  explain(): string
  /** Frees its programs; a later call makes them anew. */
  dispose(): void
}

/** Programs for different shapes that are kept at a time. */
const MOST_PROGRAMS = 8

/** How programs are made, and when they may run. */
export interface Making {
  /** Whether the current backend lets programs run. */
  runs(): boolean
  /** @throws EbbflowError `unsupported` where there can be no program, so that the function itself runs. */
  make(fn: ListFunction, inputs: readonly tf.Tensor[], warn: (message: string) => void): Variant
}

/** A function with programs for the shapes that it is called with. */
export function compiledFunction<In extends tf.Tensor[], Out extends Result>(
  fn: (...inputs: In) => Out,
  examples: In,
  { runs, make }: Making,
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

  const made = (inputs: tf.Tensor[]): Variant => {
    try {
      return make(listed, inputs, warn)
    } catch (error) {
      if (!(error instanceof EbbflowError) || error.code !== 'unsupported' || error instanceof Inconstant) throw error
      warn(`not compiled: ${error.message}`)
      return { accepts: accepting(inputs), reason: error.message }
    }
  }

  const variantOf = (inputs: tf.Tensor[]): Variant => {
    // what stands in for parameters would be taken for constants
    if (areParametersReplaced()) return { accepts: accepting(inputs), reason: 'parameters are replaced at the moment' }
    const at = variants.findIndex(({ accepts }) => accepts(inputs))
    let [variant] = at < 0 ? [] : variants.splice(at, 1)
    if (variant?.program?.stale) {
      variant.program.dispose()
      variant = undefined
    }
    variant ??= made(inputs)
    variants.push(variant)
    if (variants.length > MOST_PROGRAMS) variants.shift()?.program?.dispose()
    return variant
  }

  const call = (...inputs: In): Out => {
    if (isRecording() || underTape() || areParametersReplaced() || !runs()) return fn(...inputs)
    const { program } = variantOf(inputs)
    if (!program) return fn(...inputs)
    const results = program.run(inputs)
    if (keys === 'one') return results[0] as unknown as Out
    if (keys === 'list') return results as unknown as Out
    return Object.fromEntries(keys.map((key, i) => [key, results[i]!])) as unknown as Out
  }

  const { program, reason } = variantOf(examples)
  let explained = program
  return Object.assign(call, {
    engine: program ? ('compiled' as const) : ('eager' as const),
    reason,
    memoryBytes: program?.memoryBytes,
    explain: () => {
      if (explained) return explained.explain()
      return reason === undefined ? 'its programs are disposed of' : `runs eagerly: ${reason}`
    },
    dispose: () => {
      for (const { program } of variants.splice(0)) program?.dispose()
      explained = undefined
    },
  })
}

/** Whether the engine records for gradients, which a program would hide its inner values from. */
const underTape = (): boolean =>
  (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0
