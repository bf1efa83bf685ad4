import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, type Run, views } from './heap.js'

/** The activation of a fused kernel, by a kernel of its own: the fused ones turn NaN into 0 where they clamp. */
export function activated(
  run: Run,
  x: TensorInfo,
  attrs: { readonly activation?: unknown; readonly leakyreluAlpha?: unknown },
  slope: TensorInfo | undefined,
): TensorInfo {
  switch (attrs.activation ?? 'linear') {
    case 'linear':
      return x
    case 'relu':
      return run('Relu', { x })
    case 'relu6':
      return run('Relu6', { x })
    case 'elu':
      return run('Elu', { x })
    case 'sigmoid':
      return run('Sigmoid', { x })
    case 'leakyrelu':
      return run('LeakyRelu', { x }, { alpha: attrs.leakyreluAlpha ?? 0 })
    case 'prelu':
      if (slope) return run('Prelu', { x, alpha: slope })
  }
  throw new Error(`no activation ${attrs.activation}`)
}

/** A bias as a vector of its own: the fused kernels look at the shape that its data was made with, not at the tensor's. */
export function vector(backend: BackendWasm, bias: TensorInfo): TensorInfo {
  const size = bias.shape.reduce((a, b) => a * b, 1)
  const out = backend.makeOutput([size], 'float32')
  const [from, to] = views(backend, bias, out)
  to!.set(from!)
  return out
}
