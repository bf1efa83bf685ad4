import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Rng } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { fit } from './fit.js'
import type { Engine } from './options.js'
import { normalRows } from './toy.fixture.js'

/** What a process holds. */
export interface Held {
  tensors: number
  buffers: number
  /** JavaScript's heap and array buffers, in MiB. */
  megabytes: number
  /** The WASM heap, in MiB. */
  wasm: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function held(): Held {
  // array buffers found dead by one collection are freed by the next
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const { numTensors, numDataBuffers } = tf.memory()
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } }
  return {
    tensors: numTensors,
    buffers: numDataBuffers,
    megabytes: (heapUsed + arrayBuffers) / 2 ** 20,
    wasm: (wasm?.HEAPU8.length ?? 0) / 2 ** 20,
  }
}

/** What is held before step 100 and before the last of `steps` steps of a fit that uses everything, and tensors before and after it. */
export async function leak(
  steps: number,
  engine: Engine,
): Promise<{ early: Held; late: Held; before: number; after: number }> {
  const rows = normalRows(Rng.seed(3).values('normal', 2000), 2)
  const context = new Float32Array(1000).fill(1)
  const flow = nsf({ dimensions: 2, layers: 2, hidden: [16], bins: 4, context: 1 }).init({ seed: 1 })
  const kernel = flow.parameters().get('bijector.0.conditioner.0.kernel')!
  const marks: Held[] = []
  const before = tf.memory().numTensors
  await fit(flow, rows, {
    steps,
    context,
    batchSize: 64,
    validation: 0.1,
    engine,
    clipNorm: 1,
    weights: new Float32Array(1000).fill(2),
    extraLoss: () => tf.sum(tf.square(kernel.value)),
    onProgress: () => {},
    schedule: (_, step) => {
      if (step === 100 || step === steps - 1) marks.push(held())
      return 1
    },
  })
  const after = tf.memory().numTensors
  flow.dispose()
  return { early: marks[0]!, late: marks[1]!, before, after }
}
