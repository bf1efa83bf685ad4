import {
  EbbflowError,
  initialisers,
  Module,
  Rng,
  type Slot,
  tensor,
  useBackend,
  valueAndGradients,
  vjp,
  withBackend,
} from '@ebbflow/core'
import {
  type CouplingRecipeOptions,
  emerging,
  type Flow,
  glow,
  iaf,
  maf,
  ncsf,
  nice,
  nsf,
  planar,
  realNVP,
  sylvester,
} from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { compile } from './compile.js'

beforeAll(() => useBackend('wasm'))
afterEach(() => vi.restoreAllMocks())

const RECIPES = { nice, realNVP, nsf }

/** A flow with all parameters drawn at random. */
function randomised(recipe: keyof typeof RECIPES, dimensions: number, layers = 3): Flow {
  const make: (options: CouplingRecipeOptions) => Flow = RECIPES[recipe]
  const flow = make({ dimensions, layers, hidden: [17, 12] }).init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  return flow
}

const values = (x: tf.Tensor): number[] => Array.from(x.dataSync() as Float32Array)

/** Results are as near to those of double precision as the engine's own are, to a factor; gradients of splines lose more digits in both. */
function expectLikeDouble(
  got: readonly tf.Tensor[],
  eager: readonly tf.Tensor[],
  double: readonly (readonly number[])[],
): void {
  for (const [i, exact] of double.entries()) {
    const scale = Math.max(...exact.map(Math.abs), 1e-3)
    const far = (x: tf.Tensor): number => Math.max(0, ...values(x).map((v, j) => Math.abs(v - exact[j]!))) / scale
    expect(got[i]!.size).toBe(exact.length)
    expect(far(got[i]!), `output ${i}`).toBeLessThan(8 * far(eager[i]!) + (i < 5 ? 1e-5 : 3e-4))
  }
}

describe.each(Object.keys(RECIPES) as (keyof typeof RECIPES)[])('a compiled %s', (recipe) => {
  test.each([1, 3, 4, 5, 7, 8, 63, 64, 65])('gives densities, images and gradients of %i rows', (rows) => {
    const dimensions = rows % 2 === 0 ? 2 : 3
    const flow = randomised(recipe, dimensions)
    const slots = [...flow.trainable().values()]
    const everything = (x: tf.Tensor): tf.Tensor[] => {
      const forward = flow.bijector.forwardAndLogDet(x)
      const inverse = flow.bijector.inverseAndLogDet(x)
      const { value, gradients } = valueAndGradients(
        () => tf.neg(tf.mean(flow.logProb(x))),
        [x, ...slots.map((slot) => slot.value)],
      )
      return [forward.value, forward.logDet, inverse.value, inverse.logDet, value, ...gradients]
    }
    tf.tidy(() => {
      const x = Rng.seed(rows).normal([rows, dimensions])
      const compiled = compile(everything, x)
      expect(compiled.reason).toBeUndefined()
      const again = Rng.seed(`other ${rows}`).normal([rows, dimensions])
      const numbers = again.dataSync()
      const double = withBackend('float64', () =>
        tf.tidy(() => everything(tensor(numbers as Float32Array, [rows, dimensions])).map(values)),
      )
      expectLikeDouble(compiled(again), everything(again), double)
      compiled.dispose()
    })
    flow.dispose()
  })
})

/** Recipes with kernels of their own, sequential layers and images; what is not compiled of them runs beside the program. */
const OTHERS: Readonly<Record<string, () => Flow>> = {
  maf: () => maf({ dimensions: 3, layers: 2, hidden: [11, 9] }),
  iaf: () => iaf({ dimensions: 3, layers: 2, hidden: [11, 9] }),
  ncsf: () => ncsf({ dimensions: 2, layers: 2, hidden: [11, 9] }),
  planar: () => planar({ dimensions: 2, layers: 3 }),
  sylvester: () => sylvester({ dimensions: 3, layers: 2 }),
  glow: () => glow({ image: [4, 4, 1], levels: 2, steps: 1, width: 6 }),
  emerging: () => emerging({ image: [4, 4, 1], levels: 1, steps: 1, width: 6 }),
}

test.each(Object.keys(OTHERS))('a compiled %s gives densities and their gradients', (name) => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const flow = OTHERS[name]!().init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.03125))))
  const slots = [...flow.trainable().values()]
  const density = (x: tf.Tensor): tf.Tensor[] => {
    const { value, gradients } = valueAndGradients(
      () => tf.neg(tf.mean(flow.logProb(x))),
      slots.map((slot) => slot.value),
    )
    return [flow.logProb(x), value, ...gradients]
  }
  tf.tidy(() => {
    const shape = [5, ...flow.eventShape]
    const compiled = compile(density, Rng.seed(1).uniform(shape))
    expect(compiled.reason).toBeUndefined()
    const x = Rng.seed(2).uniform(shape)
    const numbers = x.dataSync() as Float32Array
    const double = withBackend('float64', () => tf.tidy(() => density(tensor(numbers, shape)).map(values)))
    expectLikeDouble(compiled(x), density(x), double)
  })
  flow.dispose()
})

class Scaling extends Module {
  readonly scale: Slot = this.param('scale', [2], initialisers.filled([2, 3]))
}

describe('a compiled function', () => {
  test('reads parameters anew, and other shapes by another program', () => {
    const module = new Scaling().init()
    const times = compile((x: tf.Tensor) => tf.mul(x, module.scale.value), tf.ones([1, 2]))
    expect(values(times(tf.ones([1, 2])))).toEqual([2, 3])
    module.scale.assign(tf.tensor1d([5, 7]))
    expect(values(times(tf.ones([1, 2])))).toEqual([5, 7])
    expect(values(times(tf.ones([2, 2])))).toEqual([5, 7, 5, 7])
    module.dispose()
    module.init()
    expect(values(times(tf.ones([1, 2])))).toEqual([2, 3])
  })

  test('gives what the function gives: a tensor, a list, a record', () => {
    const x = tf.tensor1d([1, 4])
    expect(values(compile((a: tf.Tensor) => a, x)(tf.tensor1d([3, 2])))).toEqual([3, 2])
    expect(compile((a: tf.Tensor) => [tf.sqrt(a), tf.ones([3])], x)(x).map(values)).toEqual([
      [1, 2],
      [1, 1, 1],
    ])
    const { twice, small } = compile((a: tf.Tensor) => ({ twice: tf.add(a, a), small: tf.less(a, 2) }), x)(x)
    expect(values(twice)).toEqual([2, 8])
    expect(small.dtype).toBe('bool')
    expect(values(small)).toEqual([1, 0])
  })

  test('runs the function itself under a tape, and where values are read', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const square = compile((a: tf.Tensor) => tf.square(a), tf.scalar(3))
    const x = tf.scalar(3)
    expect(values(vjp(() => square(x), [x]).gradients[0]!)).toEqual([6])

    const reading = compile((a: tf.Tensor) => tf.mul(a, a.dataSync()[0]!), tf.scalar(3))
    expect(reading.engine).toBe('eager')
    expect(values(reading(tf.scalar(4)))).toEqual([16])

    expect(reading.reason).toMatch(/depends on data/)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  test('leaves kernels that it does not know to the engine, and says so once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const x = tf.tensor2d([3, 1, 2, 4, 6, 5], [2, 3])
    const sorted = compile((a: tf.Tensor) => tf.add(tf.topk(a, 2).values, 1), x)
    expect(values(sorted(tf.neg(x)))).toEqual([0, -1, -3, -4])
    sorted(x)
    expect(warn.mock.calls).toEqual([[expect.stringContaining('TopK')]])
  })

  test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['a result', (x) => tf.unique(x).values],
    ['something on the way', (x) => tf.sum(tf.unique(x).values)],
    ['something read', (x) => tf.mul(x, tf.unique(x).values.dataSync().length)],
  ])('runs the function itself where the size of %s depends on data', (_, fn) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const compiled = compile(fn, tensor([1, 2, 2, 3]))
    expect(compiled.engine).toBe('eager')
    expect(compiled.reason).toMatch(/depends on data/)
    for (const numbers of [
      [5, 5, 5, 5],
      [1, 2, 3, 4],
    ])
      expect(compiled(tensor(numbers)).dataSync()).toEqual(fn(tensor(numbers)).dataSync())
  })

  test('refuses what differs from call to call', () => {
    const x = tf.ones([4])
    let counter = 0
    const counting = () => compile((a: tf.Tensor) => tf.mul(a, ++counter), x)
    expect(counting).toThrow(EbbflowError)
    expect(counting).toThrow(/differs from one call to the next: a number that Multiply is given/)
    expect(() => compile((a: tf.Tensor) => tf.add(a, Rng.entropy().normal([4])), x)).toThrow(/differs/)
    // numbers that were read behind the engine's back
    const peeking = (a: tf.Tensor): tf.Tensor => tf.add(a, tf.tensor1d(tf.backend().readSync(a.dataId) as Float32Array))
    expect(() => compile(peeking, tf.tensor1d([1, 2, 3, 4]))).toThrow(/differs/)
    const seeded = compile((a: tf.Tensor) => tf.add(a, Rng.seed(1).normal([4])), x)
    expect(values(seeded(x))).toEqual(values(tf.add(x, Rng.seed(1).normal([4]))))
  })

  test('leaves no tensor behind', () => {
    const flow = randomised('nsf', 2)
    const x = Rng.seed(1).normal([16, 2])
    const before = tf.memory().numTensors
    const logProb = compile((a: tf.Tensor) => flow.logProb(a), x)
    for (let i = 0; i < 50; i++) logProb(x).dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(logProb.explain()).toMatch(/nodes after each pass[\s\S]*memory/)
    expect(logProb.memoryBytes).toBeGreaterThan(4 * x.size)
    logProb.dispose()
    tf.dispose([x, logProb(x)])
    flow.dispose()
  })
})

describe('parameters whose numbers are shared with others', () => {
  test('are told apart', () => {
    const shared = tf.tensor([2, 3])
    const [a, b] = [tf.variable(shared), tf.variable(shared)]
    const f = compile((x: tf.Tensor) => tf.add(tf.add(tf.mul(x, a), b), shared), tf.zeros([4, 2]))
    const at = (): number[] => values(f(tf.ones([1, 2])))
    expect(at()).toEqual([6, 9])
    a.assign(tf.tensor([10, 20]))
    expect(at()).toEqual([14, 26])
    b.assign(tf.tensor([100, 200]))
    expect(at()).toEqual([112, 223])
    f.dispose()
    tf.dispose([a, b, shared])
  })

  test('may be results', () => {
    const a = tf.variable(tf.tensor([2, 3]))
    const f = compile((x: tf.Tensor) => [tf.mul(x, a), a], tf.zeros([4, 2]))
    expect(f.engine).toBe('compiled')
    a.assign(tf.tensor([5, 6]))
    expect(f(tf.ones([1, 2])).map(values)).toEqual([
      [5, 6],
      [5, 6],
    ])
    f.dispose()
    a.dispose()
  })

  test('may be replaced for a while, when the function itself runs', () => {
    const flow = randomised('nice', 2)
    const x = Rng.seed(1).normal([4, 2])
    const f = (x: tf.Tensor): tf.Tensor => flow.logProb(x)
    const logProb = compile(f, x)
    const [own, [path, slot]] = [values(logProb(x)), [...flow.parameters()].at(-1)!]
    const others = { [path]: tf.add(slot.value, 1) }
    const [got, want, early] = flow.withParameters(others, () => [logProb, f, compile(f, x)].map((g) => values(g(x))))
    expect(got).toEqual(want)
    expect(early).toEqual(want)
    expect(got).not.toEqual(own)
    expect(values(logProb(x))).toEqual(own)
    logProb.dispose()
    flow.dispose()
  })
})
