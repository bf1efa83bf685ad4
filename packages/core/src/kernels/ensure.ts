import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import type { Shape } from '../shape.js'
import { FLOAT64 } from '../tensor.js'

/** A kernel's input as the kernel sees it: the storage itself, which must not be written to. */
export interface KernelInput {
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array
  readonly shape: Shape
  readonly dtype: tf.DataType
}

/** A kernel's output: doubles become a float tensor (rounded except on the double-precision backend), an Int32Array an int32 tensor. */
export interface KernelOutput {
  readonly values: Float64Array | Float32Array | Int32Array
  readonly shape: Shape
}

/** What a kernel's gradient rule is given: one `dy` an output (zeros where an output was not used), and the inputs. */
export interface KernelGradient<A> {
  dys: tf.Tensor[]
  inputs: tf.Tensor[]
  attrs: A
}

/**
 * A kernel of our own in plain TypeScript: the same code in double precision on every backend.
 *
 * `compute` is pure. `gradient` returns one function an input, called only for the inputs whose gradient is wanted; made of tensor
 * operations, it is differentiable in turn. A kernel without `gradient` throws when differentiated.
 */
export interface KernelDefinition<A extends object = object> {
  /** Unique name, `Ebbflow…`: kernels are registered once a process for each backend. */
  readonly name: string
  compute(inputs: KernelInput[], attrs: A): KernelOutput | KernelOutput[]
  /** The same by TensorFlow's own ops, on the native backend; undefined leaves it to `compute`. */
  native?(inputs: tf.TensorInfo[], attrs: A, backend: tf.KernelBackend): tf.TensorInfo[] | undefined
  gradient?(args: KernelGradient<A>): (() => tf.Tensor)[]
}

/** The engine's name of the native backend. */
const NATIVE = 'tensorflow'

interface Owned {
  state: { tensorInfo: WeakMap<object, { backend: tf.KernelBackend }> }
}

function read({ dataId, shape, dtype }: tf.TensorInfo, backend: tf.KernelBackend): KernelInput {
  // from the backend that holds it: reading through another one would move the data there for good
  const owner = (tf.engine() as unknown as Owned).state.tensorInfo.get(dataId)?.backend ?? backend
  return { values: owner.readSync(dataId) as KernelInput['values'], shape, dtype }
}

function write({ values, shape }: KernelOutput, inputs: KernelInput[], backend: tf.KernelBackend): tf.TensorInfo {
  const dtype = values instanceof Int32Array ? 'int32' : 'float32'
  const double = tf.engine().backendName === FLOAT64
  let stored: tf.BackendValues = values as tf.BackendValues
  if (dtype === 'float32') {
    const wanted = double ? Float64Array : Float32Array
    if (!(values instanceof wanted)) stored = wanted.from(values) as tf.BackendValues
  }
  // some backends keep the array they are given
  if (inputs.some((input) => input.values === stored)) stored = stored.slice() as tf.BackendValues
  return { dataId: backend.write(stored, [...shape], dtype), shape: [...shape], dtype }
}

/** Registers a kernel for a backend, and its gradient, unless that has been done: a look-up in two maps. */
export function ensureKernel<A extends object>(kernel: KernelDefinition<A>, backendName: string): void {
  const { name, gradient } = kernel
  if (tf.getKernel(name, backendName)) return
  tf.registerKernel({
    kernelName: name,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const store = backend as tf.KernelBackend
      const native =
        backendName === NATIVE
          ? kernel.native?.(Object.values(inputs) as tf.TensorInfo[], attrs as A, store)
          : undefined
      if (native) return native
      const given = Object.values(inputs).map((input) => read(input!, store))
      const out = kernel.compute(given, attrs as A)
      return Array.isArray(out) ? out.map((one) => write(one, given, store)) : write(out, given, store)
    },
  })
  if (gradient && !tf.getGradient(name))
    tf.registerGradient({
      kernelName: name,
      saveAllInputs: true,
      gradFunc: (dy, saved, attrs) => {
        const dys = Array.isArray(dy) ? dy : [dy]
        return Object.fromEntries(gradient({ dys, inputs: saved, attrs: attrs as A }).entries())
      },
    })
}

/**
 * Runs a kernel of our own on the current backend and returns its outputs; registers it on first use, so that a bundle holds only
 * the kernels it calls.
 *
 * @throws EbbflowError `backend` when no backend is in use.
 */
export function runKernels<A extends object>(kernel: KernelDefinition<A>, inputs: tf.Tensor[], attrs: A): tf.Tensor[] {
  const engine = tf.engine()
  if (!engine.backendName) throw new EbbflowError('backend', 'no backend is in use', { expected: 'useBackend first' })
  ensureKernel(kernel, engine.backendName)
  // a list of inputs serves the engine as a map from indices, and is what saveAllInputs asks for
  const out = engine.runKernel(
    kernel.name,
    inputs as unknown as tf.NamedTensorMap,
    attrs as unknown as tf.NamedAttrMap,
  ) as tf.Tensor | tf.Tensor[]
  return Array.isArray(out) ? out : [out]
}

/**
 * {@link runKernels} for a kernel of one output.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { type KernelDefinition, runKernel, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const cube: KernelDefinition = {
 *   name: 'EbbflowCube',
 *   compute: ([x]) => ({ values: Float64Array.from(x!.values, (v) => v ** 3), shape: x!.shape }),
 *   gradient: ({ dys: [dy], inputs: [x] }) => [() => tf.mul(dy!, tf.mul(3, tf.square(x!)))],
 * }
 * const y = runKernel(cube, [tf.tensor1d([1, 2])]) // [1, 8]
 * ```
 */
export function runKernel<A extends object = object>(
  kernel: KernelDefinition<A>,
  inputs: tf.Tensor[],
  attrs: A = {} as A,
): tf.Tensor {
  return runKernels(kernel, inputs, attrs)[0]!
}
