import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../errors.js'
import { installRules } from '../gradients/install.js'
import { FLOAT64 } from '../tensor.js'
import { type BackendOptions, chooseBackend } from './auto.js'
import { type BackendName, loaders } from './loaders.js'
import { narrowOnMove } from './narrow.js'
import { refuseSecondEngine } from './single.js'

const ready = new Map<string, string>()

/** Loads a backend and its kernels without making it the current one; returns the name the engine knows it by. */
export async function loadBackend(name: BackendName): Promise<string> {
  const known = ready.get(name)
  if (known) return known
  const load = loaders[name] ?? (async () => name)
  const engineName = await load()
  if (!tf.engine().registryFactory[engineName])
    throw new EbbflowError('backend', 'no such backend', {
      expected: [...Object.keys(loaders), 'auto', ...Object.keys(tf.engine().registryFactory)].join(', '),
      received: name,
    })
  const current = tf.engine().backendName
  if (!(await tf.setBackend(engineName))) throw new EbbflowError('backend', `the backend '${name}' does not start here`)
  refuseSecondEngine()
  if (engineName !== FLOAT64) narrowOnMove(engineName)
  if (current && current !== engineName) await tf.setBackend(current)
  const { rules } = await import('../gradients/rules/index.js')
  installRules(rules)
  ready.set(name, engineName)
  return engineName
}

/**
 * Starts a backend and makes it the current one: call it once, before anything else. Importing Ebbflow does nothing by itself.
 *
 * `wasm` is SIMD WebAssembly, in browsers and Node; `native` is TensorFlow's own kernels, in Node with `@tensorflow/tfjs-node`
 * installed; `cpu` is plain JavaScript; `float64` is double precision, for verification. Any other name is that of a tfjs backend which
 * the program has registered (`webgl`, `webgpu`), best effort.
 *
 * `auto` takes `native` in Node where it loads and `options.work`, the multiply-adds of the largest matrix product in a step
 * ({@link largestProduct}), is at least 6 million, else `wasm`; it says once what it took and why, unless `options.quiet`.
 *
 * Returns the name of the backend taken.
 *
 * @throws EbbflowError `backend` when there is no such backend or it does not start, `duplicate-engine` when two copies of tfjs-core
 * are loaded.
 * @example
 * ```ts
 * import { useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * ```
 */
export async function useBackend(name: BackendName, options: BackendOptions = {}): Promise<BackendName> {
  const taken = name === 'auto' ? await chooseBackend(options, loadBackend) : name
  await tf.setBackend(await loadBackend(taken))
  return taken
}

/** The engine's name of the current backend. */
export function currentBackend(): string {
  return tf.engine().backendName
}

/**
 * Runs a synchronous `body` on another backend that {@link loadBackend} or {@link useBackend} has loaded, then goes back. Tensors made
 * inside live on that backend; parameters never change hands.
 *
 * @throws EbbflowError `backend` when the backend has not been loaded.
 */
export function withBackend<T>(name: BackendName, body: () => T): T {
  const engineName = ready.get(name) ?? name
  const engine = tf.engine()
  const instance = engine.registry[engineName]
  if (!instance)
    throw new EbbflowError('backend', `the backend '${name}' is not loaded`, {
      expected: `await loadBackend('${name}') first`,
    })
  const inner = engine as unknown as { backendInstance: tf.KernelBackend }
  const before = { name: engine.backendName, instance: inner.backendInstance }
  // setBackend would set every kernel up again; within a synchronous block this is all it takes
  engine.backendName = engineName
  inner.backendInstance = instance
  try {
    return body()
  } finally {
    engine.backendName = before.name
    inner.backendInstance = before.instance
  }
}
