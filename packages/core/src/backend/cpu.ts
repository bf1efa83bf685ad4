import * as tf from '@tensorflow/tfjs-core'
import { cumulativeMends } from './cumulative.js'
import { installMends } from './mend.js'

/** Mends what of tfjs's plain JavaScript backend would silently go wrong, and keeps it from advertising on the console. */
export function mendCpu(): void {
  installMends('cpu', cumulativeMends())
  const backend = tf.findBackend('cpu') as unknown as { firstUse: boolean }
  backend.firstUse = false
}
