import * as tf from '@tensorflow/tfjs-core'
import { type NDArray, zeros } from '../array.js'
import { define } from '../kernel.js'
import { visitTaps, type Window } from './window.js'

interface PoolAttrs {
  readonly filterSize: [number, number] | number
  readonly strides: [number, number] | number
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

const poolWindow = (x: NDArray, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): Window =>
  tf.backend_util.computePool2DInfo(
    [...x.shape] as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  )

/** How many pixels each output covers: fewer at the edges. */
function coverage(w: Window): Int32Array {
  const counts = new Int32Array(w.batchSize * w.outHeight * w.outWidth)
  visitTaps(w, (_pixel, _tap, output) => {
    counts[output] = counts[output]! + 1
  })
  return counts
}

/** For each output, the place of the largest value it covers: the first NaN, else the first of equals. */
function largest(x: NDArray, w: Window): Int32Array {
  const channels = w.inChannels
  const found = new Int32Array(w.batchSize * w.outHeight * w.outWidth * channels).fill(-1)
  visitTaps(w, (pixel, _tap, output) => {
    for (let c = 0; c < channels; c++) {
      const at = found[output * channels + c]!
      const v = x.values[pixel * channels + c]!
      const best = at < 0 ? Number.NEGATIVE_INFINITY : x.values[at]!
      if (at < 0 || (!Number.isNaN(best) && (Number.isNaN(v) || v > best)))
        found[output * channels + c] = pixel * channels + c
    }
  })
  return found
}

/** Pooling and its gradients. */
export const poolKernels: readonly tf.KernelConfig[] = [
  define('AvgPool', ['x'], ({ x }, attrs: tf.AvgPoolAttrs) => {
    const w = poolWindow(x, attrs)
    const counts = coverage(w)
    const out = zeros([w.batchSize, w.outHeight, w.outWidth, w.outChannels], 'float32')
    visitTaps(w, (pixel, _tap, output) => {
      for (let c = 0; c < w.inChannels; c++) {
        const at = output * w.inChannels + c
        out.values[at] = out.values[at]! + x.values[pixel * w.inChannels + c]! / counts[output]!
      }
    })
    return out
  }),
  define('AvgPoolGrad', ['dy', 'input'], ({ dy, input }, attrs: tf.AvgPoolGradAttrs) => {
    const w = poolWindow(input, attrs)
    const counts = coverage(w)
    const dx = zeros(input.shape, 'float32')
    visitTaps(w, (pixel, _tap, output) => {
      for (let c = 0; c < w.inChannels; c++) {
        const at = pixel * w.inChannels + c
        dx.values[at] = dx.values[at]! + dy.values[output * w.inChannels + c]! / counts[output]!
      }
    })
    return dx
  }),
  define('MaxPool', ['x'], ({ x }, attrs: tf.MaxPoolAttrs) => {
    const w = poolWindow(x, attrs)
    const out = zeros([w.batchSize, w.outHeight, w.outWidth, w.outChannels], x.dtype)
    largest(x, w).forEach((from, at) => {
      out.values[at] = x.values[from]!
    })
    return out
  }),
  define('MaxPoolGrad', ['dy', 'input'], ({ dy, input }, attrs: tf.MaxPoolGradAttrs) => {
    const dx = zeros(input.shape, 'float32')
    largest(input, poolWindow(input, attrs)).forEach((from, at) => {
      dx.values[from] = dx.values[from]! + dy.values[at]!
    })
    return dx
  }),
]
