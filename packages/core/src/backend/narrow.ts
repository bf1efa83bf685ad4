import * as tf from '@tensorflow/tfjs-core'

const narrowing = new WeakSet<tf.KernelBackend>()

/**
 * Lets a single-precision backend take over data from the float64 one: what is moved to it is rounded first. Without it WASM reads the
 * raw bytes of doubles as floats, and cpu computes in double precision unawares.
 */
export function narrowOnMove(engineName: string): void {
  const backend = tf.engine().registry[engineName]
  if (!backend || narrowing.has(backend)) return
  narrowing.add(backend)
  const move = backend.move
  backend.move = function (dataId, values, shape, dtype, refCount) {
    const given = values as unknown
    const single = given instanceof Float64Array ? Float32Array.from(given) : values
    move.call(this, dataId, single, shape, dtype, refCount)
  }
}
