import * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../errors.js'
import { inNode } from '../node.js'

/** The engine's name of the backend that runs TensorFlow's own kernels. */
export const TENSORFLOW = 'tensorflow'

/** Imports a module by a name that bundlers do not see, so that they leave it out. */
const importByName = (name: string): Promise<Record<string, unknown>> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ name)

/**
 * Imports tfjs-node and undoes what the import does behind one's back: it makes its backend the current one and puts its own gradient
 * rules in the place of those that were registered.
 *
 * @throws EbbflowError `backend` outside of Node, and when the package or its addon is absent or does not load.
 */
export async function loadNative(): Promise<string> {
  if (tf.engine().registryFactory[TENSORFLOW]) return TENSORFLOW
  if (!inNode()) throw new EbbflowError('backend', 'native TensorFlow kernels run in Node only')
  await mendNode()
  const current = tf.engine().backendName
  const restore = rememberGradients()
  try {
    await importByName(['@tensorflow', 'tfjs-node'].join('/'))
  } catch (error) {
    throw new EbbflowError('backend', 'native TensorFlow kernels do not load', {
      expected: '@tensorflow/tfjs-node installed and its addon built (in this repository: pnpm native)',
      received: firstLine(error),
      cause: error,
    })
  } finally {
    restore()
    if (current && tf.engine().backendName !== current) await tf.setBackend(current)
  }
  if (!tf.engine().registryFactory[TENSORFLOW])
    throw new EbbflowError('backend', '@tensorflow/tfjs-node registered its backend with another copy of tfjs-core', {
      expected: 'one copy (npm ls @tensorflow/tfjs-core shows them)',
    })
  return TENSORFLOW
}

/** tfjs-node 4.22 calls two functions that Node 22 warns about and Node 23 took away; and TensorFlow greets on the console. */
async function mendNode(): Promise<void> {
  const util = (await importByName('node:util')).default as Record<string, unknown>
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined
  util.isArray = Array.isArray
  const { process } = globalThis as unknown as { process: { env: Record<string, string | undefined> } }
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1'
}

/** Notes the gradient rules that are registered; the function returned puts back exactly these. */
function rememberGradients(): () => void {
  // where tfjs keeps what all its copies share; going by names would pull every kernel's name into bundles
  const { _tfGlobals: shared } = globalThis as { _tfGlobals?: Map<string, unknown> }
  const registry = shared?.get('gradRegistry')
  if (!(registry instanceof Map)) return () => {}
  const before = new Map(registry)
  return () => {
    registry.clear()
    for (const [name, rule] of before) registry.set(name, rule)
  }
}

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0]!
