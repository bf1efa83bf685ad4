import type * as tf from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'

/** The backend's own writes integers whatever the dtype: 1.4e-45 for 1 in floats, past the end in masks. */
export const oneHot: Mend<BackendWasm> = {
  kernel: 'OneHot',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { depth, onValue, offValue, dtype } = attrs as unknown as tf.OneHotAttrs
      const indices = inputs.indices!
      const out = backend.makeOutput([...indices.shape, depth], dtype)
      const [at, to] = views(backend, indices, out)
      to!.fill(offValue)
      for (let k = 0; k < at!.length; k++) if (at![k]! >= 0 && at![k]! < depth) to![k * depth + at![k]!] = onValue
      return out
    },
}
