import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { withBackend } from '../backend/index.js'
import { caseInputs, cases, type KernelCase, toTensors } from '../conformance/cases.js'
import { tensor } from '../tensor.js'
import { noise } from './differences.js'
import { gradients, jvp } from './engine.js'
import { jacobian } from './jacobian.js'
import { rules } from './rules/index.js'

type Compute = () => tf.Tensor[]

/** What `compute` gives on the current backend, read back; leaves nothing behind. */
function values(compute: Compute): number[][] {
  const before = tf.memory().numTensors
  const out = tf.tidy(() => compute().map((t) => Array.from(t.dataSync())) as unknown as tf.Tensor[])
  expect(tf.memory().numTensors).toBe(before)
  return out as unknown as number[][]
}

/** The same on this project's backend and in double precision agree to 1e-4, relative to the largest number of each result. */
function agree(compute: Compute): void {
  const here = values(compute)
  const exact = withBackend('float64', () => values(compute))
  here.forEach((numbers, k) => {
    const scale = Math.max(1, ...exact[k]!.map(Math.abs))
    const error = Math.max(0, ...numbers.map((x, i) => Math.abs(x - exact[k]![i]!) / scale))
    expect(numbers).toHaveLength(exact[k]!.length)
    expect(error).toBeLessThan(1e-4)
  })
}

const random = (shape: number[], seed: number): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1)
  return tensor(Float32Array.from(noise(size, seed, 0)), shape)
}

const ruled = new Set(rules.map((rule) => rule.kernelName))
const differentiable = cases.filter(
  (c) => ruled.has(c.kernel) && (c.wrt ?? c.inputs).length > 0 && c.inputs.some((input) => input.dtype === 'float32'),
)

function gradientsOf(c: KernelCase): tf.Tensor[] {
  const xs = toTensors(caseInputs(c))
  const wrt = c.wrt ?? c.inputs.flatMap((input, i) => (input.dtype === 'float32' ? [i] : []))
  const f = (): tf.Tensor =>
    [c.run(...xs)]
      .flat()
      .filter((y) => y.dtype === 'float32')
      .map((y, i) => tf.sum(tf.mul(y, random(y.shape, i))))
      .reduce((a, b) => tf.add(a, b))
  return gradients(
    f,
    wrt.map((i) => xs[i]!),
  )
}

describe('gradients on this backend agree with double precision', () => {
  it.each(differentiable.map((c) => [c.name, c] as const))('%s', (_, c) => {
    agree(() => gradientsOf(c))
  })

  it('an affine coupling with a ReLU network', () => {
    agree(() => {
      const x = random([8, 2], 1)
      const parameters = [random([1, 16], 2), random([16], 3), random([16, 16], 4), random([16, 2], 5)] as const
      const [w1, b1, w2, w3] = parameters
      return gradients(() => {
        const [kept, moved] = tf.split(x, 2, 1)
        const hidden = tf.relu(tf.matMul(tf.relu(tf.add(tf.matMul(kept!, w1), b1)), w2))
        const [shift, raw] = tf.split(tf.matMul(hidden, w3), 2, 1)
        const logScale = tf.tanh(raw!)
        const y = tf.concat([kept!, tf.add(tf.mul(moved!, tf.exp(logScale)), shift!)], 1)
        return tf.mean(tf.sub(tf.sum(tf.square(y), 1), tf.sum(logScale, 1)))
      }, [x, ...parameters])
    })
  })

  it('bins chosen by comparison and looked up by gather', () => {
    agree(() => {
      const widths = random([3, 5], 1)
      const x = random([3, 5], 2)
      return gradients(() => {
        const edges = tf.cumsum(tf.softmax(widths), 1)
        const inside = tf.logicalAnd(tf.greater(x, -0.5), tf.less(x, 0.5))
        const bin = tf.argMax(tf.cast(tf.greaterEqual(edges, 0.5), 'int32'), 1)
        const taken = tf.gather(edges, tf.expandDims(bin, 1), 1, 1)
        return tf.sum(tf.where(inside, tf.mul(tf.square(x), taken), tf.mul(x, 0.5)))
      }, [widths, x])
    })
  })

  it('a convolution network, at first and second order', () => {
    agree(() => {
      const x = random([2, 4, 4, 2], 1)
      const filter = random([3, 3, 2, 3], 2)
      const slope = (): tf.Tensor =>
        gradients(() => tf.sum(tf.tanh(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'))), [x])[0]!
      return [slope(), ...gradients(() => tf.sum(tf.square(slope())), [x, filter])]
    })
  })

  it('second order, a jvp and a Jacobian', () => {
    agree(() => {
      const x = random([4, 3], 1)
      const w = random([3, 3], 2)
      const f = (y: tf.Tensor): tf.Tensor => {
        const flat = tf.reshape(y, [-1, 3])
        return tf.reshape(tf.softplus(tf.matMul(tf.sin(flat), w)), y.shape)
      }
      const penalty = (): tf.Tensor => tf.sum(tf.square(gradients(() => tf.sum(f(x)), [x])[0]!))
      return [...gradients(penalty, [x, w]), jvp(() => f(x), [x], [random([4, 3], 3)]).tangent, jacobian(f, x)]
    })
  })
})
