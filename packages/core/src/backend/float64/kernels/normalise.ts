import type * as tf from '@tensorflow/tfjs-core'
import { allocate, aroundAxis, axisOf } from '../array.js'
import { define } from '../kernel.js'
import { combine } from './binary.js'

/** Softmax and batch normalisation. */
export const normaliseKernels: readonly tf.KernelConfig[] = [
  define('Softmax', ['logits'], ({ logits }, { dim }: tf.SoftmaxAttrs) => {
    const { outer, n, inner } = aroundAxis(logits.shape, axisOf(dim, logits.shape.length))
    const out = allocate('float32', logits.values.length)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const at = (k: number): number => (o * n + k) * inner + i
        let largest = Number.NEGATIVE_INFINITY
        for (let k = 0; k < n; k++) largest = Math.max(largest, logits.values[at(k)]!)
        let sum = 0
        for (let k = 0; k < n; k++) {
          const e = Math.exp(logits.values[at(k)]! - largest)
          out[at(k)] = e
          sum += e
        }
        for (let k = 0; k < n; k++) out[at(k)] = out[at(k)]! / sum
      }
    return { values: out, shape: logits.shape, dtype: 'float32' }
  }),
  define(
    'FusedBatchNorm',
    ['x', 'mean', 'variance'],
    ({ x, mean, variance, offset, scale }, { varianceEpsilon }: tf.FusedBatchNormAttrs) => {
      const centred = combine(x, mean, (a, m) => a - m)
      const scaled = combine(centred, variance, (a, v) => a / Math.sqrt(v + varianceEpsilon))
      const stretched = scale ? combine(scaled, scale, (a, s) => a * s) : scaled
      return offset ? combine(stretched, offset, (a, o) => a + o) : stretched
    },
    ['offset', 'scale'],
  ),
]
