import {
  type Activation,
  affine,
  bernstein,
  circularSpline,
  composed,
  type Family,
  logisticMixture,
  MADE,
  type MADEOptions,
  MaskedAutoregressive,
  monotoneNetwork,
  onLine,
  parameterSizes,
  rationalQuadratic,
  shift,
} from '@ebbflow/bijectors'
import { EbbflowError, Rng, tensor, useBackend, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { compile, compileWith } from './compile.js'
import { openThreads } from './open-threads.js'

beforeAll(() => useBackend('wasm'))

type Options = Partial<MADEOptions> & { dimensions: number; family?: Family; spread?: number }

/** A layer with parameters drawn at random. */
function layerOf({ family = affine(), spread = 0.2, ...options }: Options): MaskedAutoregressive {
  const { dimensions, context = 0 } = options
  const conditioner = new MADE({ ...options, parameters: parameterSizes(family) })
  const layer = new MaskedAutoregressive({ dimensions, family, context, conditioner }).init({ seed: 1 })
  for (const [path, slot] of layer.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), tensor(spread)))))
  return layer
}

const values = (x: tf.Tensor): Float32Array => x.dataSync().slice() as Float32Array

/** The layer's inverse with its log-determinant, as a function of the tensors that a program is given. */
const inverseOf =
  (layer: MaskedAutoregressive) =>
  (y: tf.Tensor, context?: tf.Tensor): tf.Tensor[] => {
    const { value, logDet } = layer.inverseAndLogDet(y, { mode: 'eval', ...(context && { context }) })
    return [value, logDet]
  }

/** Compiles a layer's inverse, and compares it for some numbers of rows with double precision. */
function expectLikeDouble(layer: MaskedAutoregressive, rows: readonly number[], within = 2e-5, scale = 1): void {
  const draw = (count: number, seed: number): tf.Tensor[] => [
    tf.mul(Rng.seed(seed).normal([count, layer.dimensions]), scale),
    ...(layer.context > 0 ? [Rng.seed(seed + 1).normal([count, layer.context])] : []),
  ]
  const inverse = inverseOf(layer)
  tf.tidy(() => {
    const compiled = compile((...given: tf.Tensor[]) => inverse(given[0]!, given[1]), ...draw(33, 1))
    expect(compiled.reason).toBeUndefined()
    const table = compiled.explain()
    expect(table).toMatch(/AutoregressiveInverse of/)
    expect(table).not.toMatch(/on the engine/)
    for (const count of rows) {
      const given = draw(count, 3)
      const got = compiled(...given).map(values)
      const numbers = given.map((x) => ({ values: values(x), shape: x.shape }))
      const exact = withBackend('float64', () =>
        tf.tidy(() => {
          const [y, context] = numbers.map(({ values, shape }) => tensor(values, shape))
          return inverse(y!, context).map((x) => Array.from(x.dataSync()))
        }),
      )
      for (const [i, want] of exact.entries()) {
        const largest = Math.max(1, ...want.map(Math.abs))
        const far = Math.max(...want.map((value, k) => Math.abs(got[i]![k]! - value)))
        expect(got[i]!.length).toBe(want.length)
        expect(far / largest, `output ${i} of ${count} rows`).toBeLessThan(within)
      }
    }
    compiled.dispose()
  })
  layer.dispose()
}

describe('the inverse of an autoregressive layer in a program', () => {
  test.each([
    [1, []],
    [1, [3]],
    [2, [7]],
    [2, []],
    [5, [32, 32]],
    [5, [3, 40, 11]],
    [7, []],
    [64, [64]],
  ])('of %i values, hidden %j, for any number of rows', (dimensions, hidden) => {
    const spread = dimensions > 8 ? 0.05 : 0.2
    expectLikeDouble(layerOf({ dimensions, hidden, spread, order: { seed: 2 } }), [1, 3, 31, 32, 33, 63, 64, 65, 200])
  })

  test('of 64 values, hidden [256, 256]', () => {
    expectLikeDouble(layerOf({ dimensions: 64, hidden: [256, 256], spread: 0.01 }), [65])
  })

  test.each<Activation>(['relu', 'elu', 'tanh', 'silu', 'softplus'])('with %s', (activation) => {
    expectLikeDouble(layerOf({ dimensions: 4, hidden: [9, 9], activation, spread: 0.4 }), [67])
  })

  test.each([
    ['natural', 1, [8]],
    ['reversed', 3, [9, 8]],
    [[2, 0, 3, 1], 5, []],
  ] as const)('in the order %j with a context of %i', (order, context, hidden) => {
    expectLikeDouble(layerOf({ dimensions: 4, hidden, context, order }), [1, 70])
  })

  test.each<[string, () => Family, number?]>([
    ['shifts', shift],
    ['splines', () => rationalQuadratic({ bins: 5, bound: 3 })],
    ['splines after affine maps', () => composed(affine(), rationalQuadratic({ bins: 4, bound: 3 }))],
    ['mixtures of logistics', () => onLine(logisticMixture({ components: 3 }))],
    ['Bernstein polynomials', () => onLine(bernstein({ degree: 4 }))],
    ['monotone networks', () => monotoneNetwork({ width: 3, layers: 2 })],
  ])('of %s', (_, family) => {
    expectLikeDouble(layerOf({ dimensions: 3, hidden: [9, 8], family: family() }), [5, 70], 5e-5)
  })

  test('of splines on a circle, which the network knows by cosine and sine', () => {
    const circle = { family: circularSpline({ bins: 5 }), angles: true }
    expectLikeDouble(layerOf({ dimensions: 4, hidden: [10], ...circle }), [3, 66], 5e-5, 0.8)
    expectLikeDouble(
      layerOf({ dimensions: 3, hidden: [10], context: 2, order: 'reversed', ...circle }),
      [40],
      5e-5,
      0.8,
    )
  })

  test('gives the same bits to each row, whatever rows are beside it and whoever computes it', async () => {
    const layer = layerOf({ dimensions: 6, hidden: [20, 20] })
    const threads = await openThreads({ count: 2 })
    try {
      tf.tidy(() => {
        const all = Rng.seed(1).normal([4100, 6])
        const inverse = (y: tf.Tensor): tf.Tensor => layer.inverse(y)
        const [alone, shared] = [compile(inverse, all), compileWith({ threads }, inverse, all)]
        const whole = values(alone(all))
        expect(values(shared(all))).toEqual(whole)
        for (const rows of [1, 40, 1000]) {
          const part = tf.slice(all, 0, rows)
          expect(values(alone(part))).toEqual(whole.subarray(0, 6 * rows))
          expect(values(shared(part))).toEqual(whole.subarray(0, 6 * rows))
        }
        // where the log-determinant is wanted too, the values are the same
        const both = compile((y: tf.Tensor) => inverseOf(layer)(y), all)
        expect(values(both(all)[0]!)).toEqual(whole)
        tf.tidy(() => {
          for (const slot of layer.parameters().values()) slot.assign(tf.mul(slot.value, 0.5))
        })
        const anew = values(shared(all))
        expect(anew).not.toEqual(whole)
        expect(values(alone(all))).toEqual(anew)
        for (const compiled of [alone, shared, both]) compiled.dispose()
      })
    } finally {
      threads.close()
      layer.dispose()
    }
  })

  test('leaves to the engine what no code is emitted for', () => {
    const family: Family = {
      ...affine(),
      inverse: (p, y) => affine().inverse(p, tf.add(y, tf.mul(tf.mod(y, 3), 0))),
    }
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const layer = layerOf({ dimensions: 3, hidden: [8], family })
    tf.tidy(() => {
      const compiled = compile((y: tf.Tensor) => layer.inverse(y), tf.mul(Rng.seed(1).normal([9, 3]), 0.3))
      expect(compiled.explain()).toMatch(/EbbflowAutoregressiveInverse \(on the engine\)/)
      compiled.dispose()
    })
    warn.mockRestore()
    layer.dispose()
  })

  test('says so where the inverse of a value is not found', () => {
    const bounded = monotoneNetwork({ width: 2, layers: 1 })
    const layer = layerOf({ dimensions: 2, hidden: [4], family: bounded })
    tf.tidy(() => {
      const compiled = compile((y: tf.Tensor) => layer.inverse(y), Rng.seed(1).normal([70, 2]))
      const lost = tensor(
        Array.from({ length: 140 }, (_, i) => (i === 131 ? Number.POSITIVE_INFINITY : 0.5)),
        [70, 2],
      )
      const inverse = (): unknown => compiled(lost)
      expect(inverse).toThrow(EbbflowError)
      expect(inverse).toThrow(/did not converge for a value of 1 row/)
      // a later call is not burdened with it
      const found = Rng.seed(2).normal([70, 2])
      const wanted = values(layer.inverse(found))
      for (const [i, value] of values(compiled(found)).entries()) expect(value).toBeCloseTo(wanted[i]!, 4)
      compiled.dispose()
    })
    layer.dispose()
  })
})
