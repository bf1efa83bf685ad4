import { currentBackend, FLOAT64, gradients, tensor, vjp, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

/** A function of tensors, and the points at which its derivatives are looked at: numbers and their shape. */
export interface Differentiable {
  f: (...xs: tf.Tensor[]) => tf.Tensor
  at: { values: number[]; shape: number[] }[]
}

const weights = (n: number, phase: number): number[] => Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + phase))

const make = ({ values, shape }: Differentiable['at'][number]): tf.Tensor => tensor(Float64Array.from(values), shape)

/** ∇(w·f) flattened and, for tangents v, ∇(v·∇(w·f)): a gradient and a gradient of a gradient. */
function derivatives({ f, at }: Differentiable): { first: number[]; second: number[] } {
  return tf.tidy(() => {
    const xs = at.map(make)
    const { shape, size } = tf.tidy(() => f(...xs))
    const dy = tensor(weights(size, 1), shape)
    const first = (): tf.Tensor[] => vjp(() => f(...xs), xs, dy).gradients
    const along = (): tf.Tensor =>
      first()
        .map((g, k) => tf.sum(tf.mul(g, tensor(weights(g.size, 2 + k), g.shape))))
        .reduce((a, b) => tf.add(a, b))
    const flat = (ts: tf.Tensor[]): number[] => ts.flatMap((t) => [...t.dataSync()])
    return { first: flat(first()), second: flat(gradients(along, xs)) }
  })
}

/** Central differences of w·f and of v·∇(w·f). */
function differences({ f, at }: Differentiable, h: number): { first: number[]; second: number[] } {
  const value = (points: Differentiable['at']): number =>
    tf.tidy(() => {
      const out = f(...points.map(make))
      return tf.sum(tf.mul(out, tensor(weights(out.size, 1), out.shape))).dataSync()[0]!
    })
  const slope = (points: Differentiable['at']): number => {
    const { first } = derivatives({ f, at: points })
    let start = 0
    return points.reduce((sum, { values }, k) => {
      const v = weights(values.length, 2 + k)
      const part = v.reduce((a, w, i) => a + w * first[start + i]!, 0)
      start += values.length
      return sum + part
    }, 0)
  }
  const of = (g: (points: Differentiable['at']) => number): number[] =>
    at.flatMap((point, k) =>
      point.values.map((_, i) => {
        const moved = (by: number): Differentiable['at'] =>
          at.map((p, j) => (j === k ? { ...p, values: p.values.map((v, m) => (m === i ? v + by : v)) } : p))
        return (g(moved(h)) - g(moved(-h))) / (2 * h)
      }),
    )
  return { first: of(value), second: of(slope) }
}

/** How near derivatives must come: relative to the largest of them. */
export interface Nearness {
  /** On the double-precision backend, to central differences of step 1e-5. */
  double?: number
  /** On a single-precision one, to the double-precision one. */
  single?: number
}

/** First and second derivatives against finite differences in double precision, elsewhere against the double-precision backend's. */
export function expectDerivatives(of: Differentiable, { double = 1e-7, single = 1e-4 }: Nearness = {}): void {
  const reference = currentBackend() === FLOAT64 ? differences(of, 1e-5) : withBackend(FLOAT64, () => derivatives(of))
  const allowed = currentBackend() === FLOAT64 ? double : single
  const actual = derivatives(of)
  for (const order of ['first', 'second'] as const) {
    const scale = Math.max(1, ...reference[order].map(Math.abs))
    actual[order].forEach((value, i) => {
      expect(Math.abs(value - reference[order][i]!), `${order} derivative ${i}`).toBeLessThanOrEqual(allowed * scale)
    })
  }
}
