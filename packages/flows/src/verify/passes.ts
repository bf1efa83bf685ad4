import { type Call, jacobian, Rng, singularValues, sumEvent, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Layer, through } from './layers.js'

/** Rows of numbers apart from any backend. */
export interface Points {
  readonly values: Float64Array
  readonly shape: number[]
}

/** Every draw of noise is the same in both precisions and both directions. */
export const callOf = (context: Points | undefined): Call => ({
  mode: 'eval',
  estimate: true,
  rng: Rng.seed('verify'),
  ...(context && { context: tensor(context.values, context.shape) }),
})

/** What a layer gave for points. */
export interface Passed {
  readonly values: Float64Array
  readonly shape: number[]
  readonly logDet: Float64Array
}

/** A layer's map of points on a backend, log-determinants summed over the event. */
export function pass(layer: Layer, towards: 'data' | 'noise', points: Points, context: Points | undefined): Passed {
  const held: Passed[] = []
  tf.tidy(() => {
    const { value, logDet } = through(layer, towards, tensor(points.values, points.shape), callOf(context))
    const total = sumEvent(logDet, logDet.rank - 1)
    held.push({
      values: Float64Array.from(value.dataSync()),
      shape: value.shape,
      logDet: Float64Array.from(total.dataSync()),
    })
  })
  return held[0]!
}

/** The singular values of the layer's Jacobian at each point, in double precision. */
export function spectra(
  layer: Layer,
  towards: 'data' | 'noise',
  points: Points,
  context: Points | undefined,
): Float64Array[] {
  const held: Float64Array[] = []
  tf.tidy(() => {
    const call: Call = { ...callOf(context), valueOnly: true }
    const f = (x: tf.Tensor): tf.Tensor => {
      const value = through(layer, towards, x, call).value
      return tf.reshape(value, [...x.shape.slice(0, x.rank - points.shape.length + 1), -1])
    }
    // events may change their rank on the way: both are flattened
    const rows = points.shape[0]!
    const flat = tensor(points.values, [rows, points.values.length / rows])
    const event = points.shape.slice(1)
    const j = jacobian((x) => f(tf.reshape(x, [...x.shape.slice(0, -1), ...event])), flat)
    const [, m, n] = j.shape as [number, number, number]
    const data = j.dataSync()
    for (let r = 0; r < rows; r++) held.push(singularValues(data.subarray(r * m * n, (r + 1) * m * n), m, n))
  })
  return held
}

/** Numbers as single precision holds them. */
export const single = (values: ArrayLike<number>): Float64Array => Float64Array.from(values, Math.fround)

/** The largest |a − b| / max(1, |b|); ∞ where one is not a number. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0
  for (let i = 0; i < b.length; i++) {
    if (a[i] === b[i]) continue
    const off = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!))
    largest = Math.max(largest, Number.isNaN(off) ? Infinity : off)
  }
  return largest
}
