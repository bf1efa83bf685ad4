import type * as tf from '@tensorflow/tfjs-core'
import { EbbflowError } from '../../../errors.js'
import { expectShape, sizeOf } from '../../../shape.js'
import { aroundAxis, axisOf, type NDArray, offsets, picked, reshaped, stridesOf, zeros } from '../array.js'
import { define, defineList } from '../kernel.js'

/** Arrays joined along an axis. */
function concat(xs: readonly NDArray[], axis: number): NDArray {
  const first = xs[0]
  if (!first) throw new EbbflowError('argument', 'nothing to join')
  const at = axisOf(axis, first.shape.length)
  for (const x of xs)
    expectShape(
      x.shape,
      first.shape.map((n, d) => (d === at ? (x.shape[d] ?? -1) : n)),
      'shape to join',
    )
  const total = xs.reduce((sum, x) => sum + x.shape[at]!, 0)
  const out = zeros(
    first.shape.map((n, d) => (d === at ? total : n)),
    first.dtype,
  )
  const { outer, inner } = aroundAxis(out.shape, at)
  let from = 0
  for (const x of xs) {
    const width = x.shape[at]! * inner
    for (let o = 0; o < outer; o++)
      out.values.set(x.values.subarray(o * width, (o + 1) * width), o * total * inner + from)
    from += width
  }
  return out
}

/** For each element of a padded array: its place in x, or −1, from a rule for one axis. */
function padded(
  x: NDArray,
  paddings: readonly (readonly [number, number])[],
  source: (k: number, d: number) => number,
) {
  const shape = x.shape.map((n, d) => n + paddings[d]![0] + paddings[d]![1])
  const strides = stridesOf(shape)
  const own = stridesOf(x.shape)
  const places = new Int32Array(sizeOf(shape))
  places.forEach((_, k) => {
    let place = 0
    for (let d = 0; d < shape.length; d++) {
      const from = source((Math.floor(k / strides[d]!) % shape[d]!) - paddings[d]![0], d)
      if (from < 0) {
        places[k] = -1
        return
      }
      place += from * own[d]!
    }
    places[k] = place
  })
  return { shape, places }
}

/** Kernels that put arrays together, or a frame around one. */
export const joinKernels: readonly tf.KernelConfig[] = [
  defineList('Concat', (xs, { axis }: tf.ConcatAttrs) => concat(xs, axis)),
  defineList('Pack', (xs, { axis }: tf.PackAttrs) => {
    const at = axisOf(axis, (xs[0]?.shape.length ?? 0) + 1)
    const lifted = xs.map((x) => reshaped(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]))
    return concat(lifted, at)
  }),
  define('PadV2', ['x'], ({ x }, { paddings, constantValue }: tf.PadV2Attrs) => {
    const shape = x.shape.map((n, d) => n + paddings[d]![0] + paddings[d]![1])
    const strides = stridesOf(shape)
    const out = zeros(shape, x.dtype)
    out.values.fill(constantValue)
    const places = offsets(
      x.shape,
      strides,
      paddings.reduce((sum, [before], d) => sum + before * strides[d]!, 0),
    )
    for (let k = 0; k < places.length; k++) out.values[places[k]!] = x.values[k]!
    return out
  }),
  define('MirrorPad', ['x'], ({ x }, { paddings, mode }: tf.MirrorPadAttrs) => {
    // 'symmetric' repeats the edge, 'reflect' does not
    const edge = mode === 'symmetric' ? 1 : 0
    const { shape, places } = padded(x, paddings, (k, d) => {
      const n = x.shape[d]!
      if (k < 0) return -k - edge
      return k < n ? k : 2 * (n - 1) - k + edge
    })
    return picked(x, shape, places)
  }),
]
