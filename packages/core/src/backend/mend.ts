import * as tf from '@tensorflow/tfjs-core'

/** What a kernel is called with, on a backend of class B. */
export interface KernelCall<B = tf.KernelBackend, A = Record<string, unknown>> {
  readonly inputs: Record<string, tf.TensorInfo>
  readonly attrs: A
  readonly backend: B
}

/** A kernel's function. */
export type Kernel<B = tf.KernelBackend> = (call: KernelCall<B>) => tf.TensorInfo | tf.TensorInfo[]

/** A kernel that a backend lacks or has wrong, and what to put in its place; `original` is what the backend has. */
export interface Mend<B = tf.KernelBackend> {
  readonly kernel: string
  readonly mend: (original: Kernel<B>) => Kernel<B>
}

const mended = new WeakSet<tf.KernelConfig>()

/** Puts mends in the place of a backend's kernels, in order, once. */
export function installMends<B>(backendName: string, mends: readonly Mend<B>[]): void {
  const already = new Set(mends.map(({ kernel }) => kernel).filter((kernel) => isMended(kernel, backendName)))
  for (const { kernel, mend } of mends) {
    if (already.has(kernel)) continue
    const before = tf.getKernel(kernel, backendName)
    const missing: Kernel<B> = () => {
      throw new Error(`kernel ${kernel} is not part of the backend ${backendName}`)
    }
    const original = (before?.kernelFunc as Kernel<B> | undefined) ?? missing
    // registering over a kernel warns on the console
    if (before) tf.unregisterKernel(kernel, backendName)
    const config = { ...before, kernelName: kernel, backendName, kernelFunc: mend(original) as tf.KernelFunc }
    tf.registerKernel(config)
    mended.add(config)
  }
}

function isMended(kernel: string, backendName: string): boolean {
  const config = tf.getKernel(kernel, backendName)
  return config !== undefined && mended.has(config)
}

/** Runs a kernel of the backend that a kernel is running on; its result belongs to the caller. */
export function runKernelOf(
  backend: tf.KernelBackend,
  name: string,
  inputs: Record<string, tf.TensorInfo>,
  attrs: object = {},
): tf.TensorInfo {
  const kernel = tf.getKernel(name, tf.engine().backendName)
  if (!kernel) throw new Error(`no kernel ${name} on ${tf.engine().backendName}`)
  return kernel.kernelFunc({ inputs, attrs: attrs as unknown as tf.NamedAttrMap, backend }) as tf.TensorInfo
}

/** Runs another kernel of the backend. */
export type Run = (name: string, inputs: Record<string, tf.TensorInfo>, attrs?: object) => tf.TensorInfo

/** Runs `body`, whose kernels' results are freed at its end: all but the one that it returns. */
export function scratch(backend: tf.KernelBackend, body: (run: Run) => tf.TensorInfo): tf.TensorInfo {
  const made: tf.TensorInfo[] = []
  let kept: tf.TensorInfo | undefined
  try {
    kept = body((name, inputs, attrs = {}) => {
      const result = runKernelOf(backend, name, inputs, attrs)
      made.push(result)
      return result
    })
    return kept
  } finally {
    for (const info of made) if (info !== kept) backend.disposeData(info.dataId)
  }
}
