import { Chain, Inverse } from '@ebbflow/bijectors'
import type { Bijector, Call, Mapped } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'

/** One layer of a flow, seen from noise to data. */
export interface Layer {
  readonly path: string
  readonly bijector: Bijector
  /** Whether the flow applies its inverse. */
  readonly inverted: boolean
}

/** The layers of a bijector from noise to data, chains and inverses taken apart. */
export function layersOf(bijector: Bijector, path: string, inverted = false): Layer[] {
  if (bijector instanceof Inverse) return layersOf(bijector.inner, join(path, 'inner'), !inverted)
  if (!(bijector instanceof Chain)) return [{ path, bijector, inverted }]
  const each = bijector.layers.map((layer, i) => layersOf(layer, join(path, String(i)), inverted))
  return (inverted ? each.reverse() : each).flat()
}

/** The layer's map from noise to data, or from data to noise. */
export function through({ bijector, inverted }: Layer, towards: 'data' | 'noise', x: tf.Tensor, call: Call): Mapped {
  return (towards === 'data') === inverted ? bijector.inverseAndLogDet(x, call) : bijector.forwardAndLogDet(x, call)
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
