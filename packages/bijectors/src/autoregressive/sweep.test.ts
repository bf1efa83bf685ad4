import { constant, tensor, vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { MADE } from '../conditioners/made.js'
import { affine } from '../families/affine.js'
import { arenaOf, LANES } from './arena.js'
import { masksOf, parameterSizes } from './plan.js'
import { sweepInverse } from './sweep.js'

const family = affine()
const parameters = parameterSizes(family)
const invert = (made: MADE, y: Float32Array, double: boolean) => {
  const { kernels, biases } = made.weights
  const weights = {
    kernels: kernels.map((t) => t.dataSync() as Float32Array),
    biases: biases.map((t) => t.dataSync() as Float32Array),
  }
  return sweepInverse(made.plan, weights, y, undefined, { number: family.inverseNumber! }, double)
}

describe('the incremental inverse', () => {
  it.each([
    [8, [32, 32]],
    [64, [256, 256]],
    [5, []],
    [3, [2, 7]],
  ])('takes the multiply-adds of one pass through the masked network, D = %i, hidden %j', (dimensions, hidden) => {
    tf.tidy(() => {
      const made = new MADE({ dimensions, parameters, hidden, order: { seed: 1 } }).init({ seed: 1 })
      const rows = 40
      const y = Float32Array.from({ length: rows * dimensions }, (_, i) => Math.sin(i))
      const { multiplyAdds } = invert(made, y, false)
      const onePass = masksOf(made.plan).reduce((sum, mask) => sum + mask.reduce((a, b) => a + b, 0), 0)
      expect(multiplyAdds).toBe(rows * onePass)
      // a pass through the network without masks, of which the plain inverse takes D
      const widths = [dimensions, ...hidden, 2 * dimensions]
      const dense = widths.slice(1).reduce((sum, width, i) => sum + width * widths[i]!, 0)
      expect(multiplyAdds).toBeLessThan(rows * dense)
      made.dispose()
    })
  })

  it('lets no output of a value depend on it or on later ones, and on all before', () => {
    tf.tidy(() => {
      const order = [2, 0, 3, 1]
      const made = new MADE({
        dimensions: 4,
        parameters,
        hidden: [16, 16],
        order,
        activation: 'softplus',
        zeroOutput: false,
      })
      made.init({ seed: 4 })
      const x = tensor([[0.1, -0.4, 0.3, 0.8]])
      for (let output = 0; output < 8; output++) {
        const pick = tensor([Array.from({ length: 8 }, (_, i) => (i === output ? 1 : 0))])
        const felt = vjp(() => made.apply(x), [x], pick).gradients[0]!.dataSync()
        const place = order.indexOf(output % 4)
        order.forEach((d, p) => {
          expect(felt[d] !== 0, `output ${output} and value ${d}`).toBe(p < place)
        })
      }
      made.dispose()
    })
  })

  it('adds up in single precision as in double', () => {
    const size = 16 + 11 * LANES
    const [single, double] = [arenaOf(size, false), arenaOf(size, true)]
    expect(single.values).toBeInstanceOf(Float32Array)
    for (const { values } of [single, double]) for (let i = 0; i < size; i++) values[i] = Math.fround(Math.cos(3 * i))
    for (const arena of [single, double]) arena.accumulate(1, 16, 9, 16 + 10 * LANES)
    for (let i = 0; i < size; i++) expect(Math.abs(single.values[i]! - double.values[i]!)).toBeLessThan(1e-6)
    expect(Math.abs(double.values[size - 1]! - Math.fround(Math.cos(3 * (size - 1))))).toBeGreaterThan(1e-3)
  })

  it('gives no rows for no rows', () => {
    tf.tidy(() => {
      const made = new MADE({ dimensions: 2, parameters }).init()
      expect(invert(made, new Float32Array(0), false).values).toHaveLength(0)
      expect(made.apply(constant(0, [0, 2])).shape).toEqual([0, 4])
      made.dispose()
    })
  })
})
