import * as tf from '@tensorflow/tfjs-core'
import { FLOAT64 } from '../../tensor.js'
import { Float64Backend } from './backend.js'
import { kernels } from './kernels/index.js'

/** Registers the backend and its kernels with the engine; once is enough, more does no harm. */
export function installFloat64(): void {
  // the lowest priority: never taken unless asked for
  if (!tf.findBackendFactory(FLOAT64)) tf.registerBackend(FLOAT64, () => new Float64Backend(), 0)
  for (const kernel of kernels) if (!tf.getKernel(kernel.kernelName, FLOAT64)) tf.registerKernel(kernel)
}
