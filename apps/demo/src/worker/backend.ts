import { useBackend } from '@ebbflow/core'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import * as tf from '@tensorflow/tfjs-core'

/** Starts WebAssembly in this worker. */
export async function startBackend(): Promise<void> {
  // the engine's own threads gain nothing on small flows, and their shared memory could not be taken by compiled programs
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    // asked for, and never fetched
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  })
  await useBackend('wasm')
}
