import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import { axesOf, permuted, reshaped, strided, stridesOf, zeros } from '../array.js'
import { define } from '../kernel.js'

/** Kernels that give the same elements another shape or order. */
export const layoutKernels: readonly tf.KernelConfig[] = [
  define('Identity', ['x'], ({ x }) => x),
  define('Reshape', ['x'], ({ x }, { shape }: tf.ReshapeAttrs) =>
    reshaped(x, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape))),
  ),
  define('ExpandDims', ['input'], ({ input }, { dim }: tf.ExpandDimsAttrs) => {
    const shape = [...input.shape]
    shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1)
    return reshaped(input, shape)
  }),
  define('Transpose', ['x'], ({ x }, { perm }: tf.TransposeAttrs) => permuted(x, perm)),
  define('Reverse', ['x'], ({ x }, { dims }: tf.ReverseAttrs) => {
    const axes = axesOf(dims, x.shape.length)
    const strides = stridesOf(x.shape)
    let start = 0
    if (sizeOf(x.shape) > 0) for (const d of axes) start += (x.shape[d]! - 1) * strides[d]!
    return strided(
      x,
      x.shape,
      strides.map((s, d) => (axes.includes(d) ? -s : s)),
      start,
    )
  }),
  define('Tile', ['x'], ({ x }, { reps }: tf.TileAttrs) => {
    const strides = stridesOf(x.shape)
    // each axis twice: which copy, at stride 0, and where in it
    const tiled = strided(
      x,
      x.shape.flatMap((n, d) => [reps[d]!, n]),
      strides.flatMap((s) => [0, s]),
    )
    return reshaped(
      tiled,
      x.shape.map((n, d) => n * reps[d]!),
    )
  }),
  define('Diag', ['x'], ({ x }) => {
    const n = x.values.length
    const out = zeros([...x.shape, ...x.shape], x.dtype)
    for (let k = 0; k < n; k++) out.values[k * (n + 1)] = x.values[k]!
    return out
  }),
]
