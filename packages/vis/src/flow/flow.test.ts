import { Affine, Chain, Inverse, LULinear, Permutation, Reverse } from '@ebbflow/bijectors'
import { det, Rng, tensor } from '@ebbflow/core'
import { densities, draw, Flow, glow, maf, nsf, realNVP, standardNormal } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it } from 'vitest'
import { calibration } from '../data/calibration.js'
import { densityGrid } from '../data/density.js'
import { chainProduct, structureOf } from '../data/jacobian.js'
import { layerPath, logDetFields, pathAt } from '../data/layers.js'
import { gridLines } from '../data/lines.js'
import { jacobians, latents, layerMaps, logDensity } from './index.js'

const BOX = { x: [-2, 2], y: [-2, 2] } as const

/** Parameters at random: initial ones make many layers the identity. */
function stirred(flow: Flow): Flow {
  const rng = Rng.seed('stir')
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(rng.split(path).normal(slot.shape), 0.2))))
  return flow
}

const before = tf.memory().numTensors
afterAll(() => expect(tf.memory().numTensors).toBe(before))

describe('an affine flow', () => {
  const flow = stirred(
    new Flow({
      base: standardNormal(2),
      bijector: new Chain([new Affine({ shift: [1, -1], scale: [2, 0.5] }), new LULinear({ dimensions: 2 })]),
    }).init({ seed: 1 }),
  )
  afterAll(() => flow.dispose())
  const maps = layerMaps(flow)

  /** A with f(z) = A z + b, by f of the unit vectors. */
  const matrix = (): Float64Array => {
    const f = (x: number, y: number) =>
      layerPath(
        Float32Array.of(x, y),
        maps.map(({ map }) => map),
      ).steps.at(-1)!
    const [o, u, v] = [f(0, 0), f(1, 0), f(0, 1)]
    return Float64Array.of(u[0]! - o[0]!, v[0]! - o[0]!, u[1]! - o[1]!, v[1]! - o[1]!)
  }

  it('names its layers', () => {
    expect(maps.map(({ path, type }) => [path, type])).toEqual([
      ['bijector.0', 'affine'],
      ['bijector.1', 'lu-linear'],
    ])
  })

  it('has its matrix as its Jacobian everywhere, the product of its layers', () => {
    const expected = matrix()
    for (const point of [
      [0, 0],
      [3, -2],
    ]) {
      const { layers, whole } = jacobians(flow, point)
      whole.values.forEach((v, i) => {
        expect(v).toBeCloseTo(expected[i]!, 5)
      })
      expect(structureOf(layers[0]!.jacobian)).toBe('diagonal')
      expect([...layers[0]!.jacobian.values]).toEqual([2, 0, 0, 0.5])
      expect([...layers[1]!.at]).toEqual([2 * point[0]! + 1, 0.5 * point[1]! - 1])
      expect(chainProduct(layers.map((l) => l.jacobian))).toEqual(whole)
    }
  })

  it('has the logarithm of its determinant everywhere', () => {
    const [a, b, c, d] = matrix()
    const { total, layers } = logDetFields(
      maps.map(({ map }) => map),
      { ...BOX, size: 8 },
    )
    for (const v of total.values) expect(v).toBeCloseTo(Math.log(Math.abs(a! * d! - b! * c!)), 5)
    for (const v of layers[0]!.values) expect(v).toBeCloseTo(0, 6)
  })

  it('has the density of its normal, of mass 1', () => {
    const grid = densityGrid(logDensity(flow), { x: [-12, 12], y: [-12, 12], size: 96 })
    expect(grid.mass).toBeCloseTo(1, 4)
  })

  it('has the inverse Jacobian towards noise', () => {
    const there = jacobians(flow, [0.5, 1])
    const x = layerPath(
      Float32Array.of(0.5, 1),
      maps.map(({ map }) => map),
    ).steps.at(-1)!
    const back = jacobians(flow, x, { towards: 'noise' })
    const product = chainProduct([there.whole, back.whole]).values
    ;[1, 0, 0, 1].forEach((v, i) => {
      expect(product[i]).toBeCloseTo(v, 5)
    })
    expect(back.layers.map(({ path }) => path)).toEqual(['bijector.1', 'bijector.0'])
  })
})

describe('the identity', () => {
  it('leaves a warped grid as it is', () => {
    const flow = new Flow({ base: standardNormal(2), bijector: new Chain([new Reverse(), new Reverse()]) }).init()
    const grid = gridLines(BOX)
    const maps = layerMaps(flow).map(({ map }) => map)
    expect(layerPath(grid.points, maps).steps.at(-1)).toEqual(grid.points)
    expect(layerMaps(flow, { order: 'data' })).toEqual([])
    const none = new Flow({ base: standardNormal(2), bijector: new Chain([]) }).init()
    expect([...jacobians(none, [1, 2]).whole.values]).toEqual([1, 0, 0, 1])
    flow.dispose()
    none.dispose()
  })
})

describe.each([
  ['realNVP', () => realNVP({ dimensions: 3, layers: 3, hidden: [8] })],
  ['nsf', () => nsf({ dimensions: 3, layers: 2, hidden: [8], bins: 4 })],
  ['maf', () => maf({ dimensions: 3, layers: 3, hidden: [8] })],
])('%s', (_, make) => {
  const flow = stirred(make().init({ seed: 3 }) as Flow)
  afterAll(() => flow.dispose())
  const rows = draw(flow, 50, { seed: 4 })
  const path = (options: Parameters<typeof layerMaps>[1], from: Float32Array) =>
    layerPath(
      from,
      layerMaps(flow, options).map(({ map }) => map),
      3,
    )
  const near = (a: ArrayLike<number>, b: ArrayLike<number>): void => {
    expect(a.length).toBe(b.length)
    for (let i = 0; i < b.length; i++) expect(a[i]).toBeCloseTo(b[i]!, 3)
  }

  it('carries rows to their latents and back', () => {
    const z = latents(flow, rows)
    near(path({ towards: 'noise' }, rows).steps.at(-1)!, z)
    near(path({}, z).steps.at(-1)!, rows)
  })

  it('has log-determinants that make its density', () => {
    const back = path({ towards: 'noise' }, rows)
    const z = back.steps.at(-1)!
    const logp = densities(flow, rows)
    for (let i = 0; i < 50; i++) {
      const base = [0, 1, 2].reduce((sum, k) => sum - z[3 * i + k]! ** 2 / 2 - Math.log(2 * Math.PI) / 2, 0)
      expect(base + back.logDet.reduce((sum, l) => sum + l[i]!, 0)).toBeCloseTo(logp[i]!, 3)
    }
    near(logDensity(flow)(rows, 50), logp)
  })

  it('goes the same way in the order of the data, without permutations', () => {
    const back = path({ towards: 'noise', order: 'data' }, rows)
    const there = path({ order: 'data' }, back.steps.at(-1)!)
    near(there.steps.at(-1)!, rows)
    there.steps.forEach((step, k) => {
      near(step, back.steps.at(-1 - k)!)
    })
    const types = layerMaps(flow, { order: 'data' }).map(({ type }) => type)
    expect(types).not.toContain('permutation')
    // the latents are the same numbers in another order
    const sorted = (values: Float32Array) =>
      Array.from({ length: 50 }, (_, i) => [...values.slice(3 * i, 3 * i + 3)].sort())
    near(sorted(back.steps.at(-1)!).flat(), sorted(latents(flow, rows)).flat())
    const total = (logDet: readonly Float64Array[]) =>
      Array.from({ length: 50 }, (_, i) => logDet.reduce((sum, l) => sum + l[i]!, 0))
    near(total(back.logDet), total(path({ towards: 'noise' }, rows).logDet))
  })

  it('has Jacobians whose determinants are its log-determinants', () => {
    const z = latents(flow, rows).slice(0, 3)
    const { layers, whole } = jacobians(flow, z)
    const { logDet } = path({}, z)
    layers.forEach(({ jacobian: { values } }, k) => {
      tf.tidy(() => {
        const value = det(tensor(values, [3, 3])).dataSync()[0]!
        expect(Math.log(Math.abs(value))).toBeCloseTo(logDet[k]![0]!, 3)
      })
    })
    // and their product's, by differences of the whole map
    const f = (at: Float32Array) => path({}, at).steps.at(-1)!
    for (let c = 0; c < 3; c++) {
      const [up, down] = [z.slice(), z.slice()]
      up[c]! += 1e-2
      down[c]! -= 1e-2
      const [a, b] = [f(up), f(down)]
      for (let r = 0; r < 3; r++) expect(Math.abs((a[r]! - b[r]!) / 2e-2 - whole.values[3 * r + c]!)).toBeLessThan(0.08)
    }
  })
})

it('says where exchanges were: a coupling moves along one axis only, in the order of the data', () => {
  const flow = stirred(realNVP({ dimensions: 2, layers: 4, hidden: [8] }).init({ seed: 2 }) as Flow)
  const { steps } = layerPath(
    Float32Array.of(0.3, -0.7),
    layerMaps(flow, { order: 'data' }).map(({ map }) => map),
  )
  for (let k = 1; k < steps.length; k++) {
    const moved = [0, 1].filter((i) => Math.abs(steps[k]![i]! - steps[k - 1]![i]!) > 1e-6)
    expect(moved.length).toBeLessThanOrEqual(1)
  }
  expect([...pathAt({ n: 1, steps, logDet: [] }, 0)]).toEqual([Math.fround(0.3), Math.fround(-0.7)])
  flow.dispose()
})

it('takes a conditional flow with its context, and no other', () => {
  const flow = stirred(
    realNVP({ dimensions: 2, layers: 2, hidden: [8], context: 1 }).init({ seed: 5 }) as unknown as Flow,
  )
  const context = [0.4]
  const rows = draw(flow, 20, { seed: 1, context })
  const back = layerPath(
    rows,
    layerMaps(flow, { towards: 'noise', context }).map(({ map }) => map),
  )
  const z = latents(flow, rows, { context })
  back.steps.at(-1)!.forEach((v, i) => {
    expect(v).toBeCloseTo(z[i]!, 4)
  })
  expect(densityGrid(logDensity(flow, { context }), { x: [-9, 9], y: [-9, 9], size: 64 }).mass).toBeCloseTo(1, 2)
  expect(structureOf(jacobians(flow, [0, 1], { context }).layers[0]!.jacobian)).toBe('lower')
  expect(() => layerMaps(flow)).toThrow('needs a context')
  expect(() => jacobians(flow, [0, 1, 2], { context })).toThrow('not one row')
  flow.dispose()
})

it('takes images, events of several scales flattened', () => {
  const flow = glow({ image: [4, 4, 1], levels: 2, steps: 1, width: 4, alpha: 0 }).init({ seed: 1 }) as Flow
  const images = draw(flow, 3, { seed: 1 })
  const back = layerPath(
    images,
    layerMaps(flow, { towards: 'noise' }).map(({ map }) => map),
    16,
  )
  const z = latents(flow, images)
  back.steps.at(-1)!.forEach((v, i) => {
    expect(v).toBeCloseTo(z[i]!, 4)
  })
  const { whole } = jacobians(flow, z.slice(0, 16))
  expect([whole.rows, whole.columns]).toEqual([16, 16])
  expect(() => layerMaps(flow, { order: 'data' })).toThrow('order of the data')
  flow.dispose()
})

it('finds latents of its own samples to follow the base', () => {
  const flow = stirred(nsf({ dimensions: 2, layers: 2, hidden: [8], bins: 4 }).init({ seed: 6 }) as Flow)
  const { radius } = calibration(latents(flow, draw(flow, 4096, { seed: 7 })), { width: 2 })
  expect(radius.distance).toBeLessThan(2.23 / 64)
  flow.dispose()
})

it('takes layers apart within inverses and chains', () => {
  const flow = new Flow({
    base: standardNormal(2),
    bijector: new Inverse(new Chain([new Affine({ shift: 1 }), new Permutation([1, 0]), new Affine({ scale: 3 })])),
  }).init()
  expect(layerMaps(flow).map(({ path }) => path)).toEqual(['bijector.inner.2', 'bijector.inner.1', 'bijector.inner.0'])
  expect([
    ...layerPath(
      Float32Array.of(6, 9),
      layerMaps(flow).map(({ map }) => map),
    ).steps.at(-1)!,
  ]).toEqual([2, 1])
  flow.dispose()
})
