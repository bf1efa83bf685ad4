import { currentBackend, FLOAT64 } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type CompiledFunction, compiledFunction, type Result } from './compiled-function.js'
import { hostNodes } from './host.js'
import type { ThreadPool } from './threads/pool.js'
import { layerOf } from './trace.js'
import { accepting, variantFor } from './variant.js'

/**
 * Compiles a function of tensors, gradients within it included, into one WebAssembly program with SIMD.
 *
 * The function runs twice, for real, on the current backend, while what it does is recorded. It must be pure: of the same inputs, the
 * same outputs. Parameters that it reads are read anew at each call; other tensors that it closes over are taken as they are. Where each row of
 * its results comes from that row of its inputs alone, and it does the same to any number of them, the program is for a block of rows: it
 * takes any number, and its memory does not grow with them. Otherwise a call with other shapes makes another program. Solvers repeat
 * their steps within it until every row has converged. Where it cannot be compiled (a value that is read, or a size that depends on data,
 * the double-precision backend), the function itself runs; that is said once. It runs, too, under a gradient tape and within `withParameters`. Its
 * first result is checked against the function's own.
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
  return compiledFunction(fn, examples, {
    runs: () => currentBackend() !== FLOAT64,
    make: (listed, inputs, warn) => {
      if (currentBackend() === FLOAT64)
        return { accepts: accepting(inputs), reason: 'the current backend computes in double precision' }
      const variant = variantFor(listed, inputs, threads)
      // kernels of our own run beside every engine alike
      const hosted = hostNodes(variant.program.description.operations).find(
        ({ attrs }) => !`${attrs.kernel}`.startsWith('Ebbflow'),
      )
      if (hosted) {
        const layer = layerOf(listed, inputs, hosted)
        warn(`the kernel ${hosted.attrs.kernel}${layer ? ` of ${layer}` : ''} is not compiled and runs on the engine`)
      }
      return variant
    },
  })
}
