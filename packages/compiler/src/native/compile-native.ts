import { currentBackend, EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type CompiledFunction, compiledFunction, type Result } from '../compiled-function.js'
import { recordRows } from '../rows/record-rows.js'
import { type ListFunction, trace } from '../trace.js'
import { accepting, type Variant } from '../variant.js'
import { blockOf, onShapes, RowGraphs } from './native-program.js'

/** The engine's name of the backend that runs TensorFlow's own kernels. */
const TENSORFLOW = 'tensorflow'

const isNative = (): boolean => currentBackend() === TENSORFLOW

/**
 * Compiles a function of tensors, gradients within it included, into one graph of TensorFlow's, for the native backend in Node.
 *
 * `compile` makes a WebAssembly program, which is the faster for small batches and small networks. For wide networks and many rows TensorFlow's
 * kernels can be the faster: they have wider vectors. As one graph they run without a call from JavaScript for each, products of matrices take the
 * bias and the activation that follow along, and memory is freed as it goes. Where each row of the results comes from that row of the
 * inputs alone, rows are computed in blocks, so that memory does not grow with them.
 *
 * What the function must be is as for `compile`. Under another backend than `native`, and where it computes something beside TensorFlow (random
 * numbers, solvers that run until they have converged, autoregressive inverses), the function itself runs; that is said once. The first
 * results of each graph are checked against the function's own. TensorFlow simplifies what it is given, and may put a·(b + c) for a·b + a·c.
 *
 * @throws EbbflowError `unsupported`, naming the layer, for a function that differs from one call to the next.
 * @example
 * ```ts
 * import { compileNative } from '@ebbflow/compiler/native'
 * await useBackend('native')
 * const logProb = compileNative((x: tf.Tensor) => flow.logProb(x), x)
 * const density = logProb(x)
 * logProb.dispose()
 * ```
 */
export function compileNative<In extends tf.Tensor[], Out extends Result>(
  fn: (...inputs: In) => Out,
  ...examples: In
): CompiledFunction<In, Out> {
  return compiledFunction(fn, examples, { runs: isNative, make })
}

function make(fn: ListFunction, examples: readonly tf.Tensor[]): Variant {
  if (!isNative())
    throw new EbbflowError('unsupported', 'the current backend is not the native one', {
      expected: "await useBackend('native') before",
      received: currentBackend(),
    })
  const { found, first } = recordRows(fn, examples)
  if (!found) {
    const { variables, results } = trace(fn, examples, first)
    tf.dispose(results)
    return { accepts: accepting(examples), program: onShapes(fn, examples, variables) }
  }
  const { recording, optimised, analysis, batched } = found
  tf.dispose(recording.results)
  const { outputs } = optimised.graph
  const program = new RowGraphs(fn, recording.variables, {
    batched,
    fixed: new Set([...outputs.keys()].filter((i) => analysis.kinds[outputs[i]!.value] === 'fixed')),
    block: blockOf(optimised.graph, analysis.rows),
    own: examples[[...batched][0]!]!.shape[0]!,
  })
  tf.dispose(program.run(examples))
  return { accepts: accepting(examples, batched), program }
}
