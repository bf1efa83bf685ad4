import { backend_util, type Conv2DBackpropFilterAttrs, type TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import type { Mend } from '../../mend.js'
import { type BackendWasm, scratch, views } from '../heap.js'
import { zeros } from '../product.js'

type Shape4D = [number, number, number, number]

/** Elements of the unfolded input that are held at a time: 16 MB. */
const CHUNK = 2 ** 22

/**
 * The gradient of a convolution with respect to its filter; the backend lacks it. With strides of 1 it is itself a convolution, of x with dy
 * as the filter, samples in the place of channels: up to five times faster than a product. Otherwise a matrix product: for each tap and
 * input channel a row of what that tap saw, against the output's gradient, in chunks of whole samples.
 */
export const conv2dBackpropFilter: Mend<BackendWasm> = {
  kernel: 'Conv2DBackpropFilter',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, dy } = inputs
      const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs
      if (dataFormat === 'NCHW') throw new Error('Conv2DBackpropFilter: NHWC only')
      const info = backend_util.computeConv2DInfo(x!.shape as Shape4D, filterShape, strides, 1, pad, dimRoundingMode)
      const perSample = info.outHeight * info.outWidth
      const empty = sizeOf(dy!.shape) * sizeOf(x!.shape) === 0
      if (!empty && info.strideHeight === 1 && info.strideWidth === 1) return asConvolution(backend, x!, dy!, info)
      const total = zeros(backend, filterShape)
      if (empty) return total
      const rows = info.filterHeight * info.filterWidth * info.inChannels
      const step = Math.max(1, Math.floor(CHUNK / (rows * perSample)))
      scratch(backend, (run) => {
        const byChannel = run('Transpose', { x: x! }, { perm: [3, 0, 1, 2] })
        for (let from = 0; from < info.batchSize; from += step) {
          const count = Math.min(step, info.batchSize - from)
          const part = scratch(backend, (inner) => {
            const seen = unfolded(backend, byChannel, info, from, count)
            const slope = samples(backend, dy!, from, count, [count * perSample, info.outChannels])
            try {
              return inner('BatchMatMul', { a: seen, b: slope }, { transposeA: false, transposeB: false })
            } finally {
              backend.disposeData(seen.dataId)
              backend.disposeData(slope.dataId)
            }
          })
          const [add, sum] = views(backend, part, total)
          for (let k = 0; k < sum!.length; k++) sum![k]! += add![k]!
          backend.disposeData(part.dataId)
        }
        return total
      })
      return total
    },
}

/** Channels as samples and samples as channels: what each tap of the filter saw of a channel, weighed by dy. */
function asConvolution(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  { padInfo }: backend_util.Conv2DInfo,
): TensorInfo {
  const pad: backend_util.ExplicitPadding = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ]
  return scratch(backend, (run) => {
    const byChannel = run('Transpose', { x }, { perm: [3, 1, 2, 0] })
    const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] })
    const attrs = { strides: 1, pad, dataFormat: 'NHWC', dilations: 1 }
    const gradient = run('Conv2D', { x: byChannel, filter }, attrs)
    return run('Transpose', { x: gradient }, { perm: [1, 2, 0, 3] })
  })
}

/** Some samples of a tensor, as a matrix. */
function samples(
  backend: BackendWasm,
  x: TensorInfo,
  from: number,
  count: number,
  shape: [number, number],
): TensorInfo {
  const out = backend.makeOutput(shape, 'float32')
  const size = sizeOf(x.shape.slice(1))
  const [all, some] = views(backend, x, out)
  some!.set(all!.subarray(from * size, (from + count) * size))
  return out
}

/** What each tap of the filter sees of each channel at each place of the output: [taps · channels, samples · places]. */
function unfolded(
  backend: BackendWasm,
  byChannel: TensorInfo,
  info: backend_util.Conv2DInfo,
  from: number,
  count: number,
): TensorInfo {
  const { batchSize, filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = info
  const out = zeros(backend, [filterHeight * filterWidth * inChannels, count * outHeight * outWidth])
  const [x, to] = views(backend, byChannel, out)
  let place = 0
  for (let i = 0; i < filterHeight; i++)
    for (let j = 0; j < filterWidth; j++) {
      const left = j - padInfo.left
      // columns of the output whose tap falls inside the input
      const first = Math.max(0, Math.ceil(-left / info.strideWidth))
      const last = Math.min(outWidth, Math.floor((inWidth - 1 - left) / info.strideWidth) + 1)
      for (let c = 0; c < inChannels; c++)
        for (let b = from; b < from + count; b++)
          for (let row = 0; row < outHeight; row++, place += outWidth) {
            const y = row * info.strideHeight + i - padInfo.top
            if (y < 0 || y >= inHeight) continue
            const start = ((c * batchSize + b) * inHeight + y) * inWidth + left
            for (let q = first; q < last; q++) to![place + q] = x![start + q * info.strideWidth]!
          }
    }
  return out
}
