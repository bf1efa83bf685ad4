import {
  cholesky,
  det,
  inverse,
  loadBackend,
  lu,
  Rng,
  slogdet,
  solve,
  tensor,
  triangularSolve,
  useBackend,
  withBackend,
} from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../compile.js'

beforeAll(async () => {
  await useBackend('wasm')
  await loadBackend('float64')
})

type Kernel = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor[]

const OPTIONS = [true, false].flatMap((lower) =>
  [true, false].flatMap((transpose) => [true, false].map((unitDiagonal) => ({ lower, transpose, unitDiagonal }))),
)
const turned = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [...Array(x.rank - 2).keys(), x.rank - 1, x.rank - 2])
/** A symmetric positive definite matrix, and one whose triangles are well conditioned. */
const definite = (a: tf.Tensor): tf.Tensor => tf.add(tf.matMul(a, a, false, true), tf.eye(a.shape.at(-1)!))
const dominant = (a: tf.Tensor): tf.Tensor => tf.add(tf.div(a, a.shape.at(-1)!), tf.eye(a.shape.at(-1)!))

const KERNELS: Readonly<Record<string, Kernel>> = {
  'sign and logarithm of determinants': (a) => [slogdet(a).sign, slogdet(a).logAbsDet],
  determinants: (a) => [det(dominant(a))],
  factors: (a) => [lu(a).p, lu(a).l, lu(a).u],
  inverses: (a) => [inverse(a), inverse(turned(a))],
  'solutions of systems': (a, b) => [
    solve(a, b),
    solve(a, b, { transpose: true }),
    turned(solve(a, turned(b.shape.at(-1) === a.shape.at(-1) ? b : tf.matMul(b, b, false, true)))),
  ],
  'Cholesky factors': (a) => [cholesky(definite(a))],
  'solutions of triangular systems': (a, b) => OPTIONS.map((options) => triangularSolve(dominant(a), b, options)),
  'solutions of triangular systems by rows': (a, b) => {
    const rows = turned(b)
    return OPTIONS.map((options) => turned(triangularSolve(dominant(a), turned(tf.mul(rows, 2)), options)))
  },
}

const numbers = (t: tf.Tensor): number[] => Array.from(t.dataSync() as Float32Array)
const kernelsOf = (table: string): string[] => table.split('\n').filter((line) => line.includes('on the engine'))

/** In units in the last place of the largest number of a result. */
function far(got: number[], want: number[]): number {
  const scale = Math.max(...want.map(Math.abs).filter(Number.isFinite))
  return Math.max(...want.map((v, i) => (Object.is(v, got[i]) ? 0 : Math.abs(v - got[i]!)))) / (scale * 2 ** -23)
}

describe.each([1, 2, 3, 5, 8, 16, 33, 64])('matrices of %i rows', (n) => {
  test.each(Object.keys(KERNELS))('%s are those of double precision', (name) => {
    for (const batch of [[], [7]])
      for (const columns of n === 5 ? [1, 3, 11] : [5])
        tf.tidy(() => {
          const kernel = KERNELS[name]!
          const a = Rng.seed(`a ${n}`).normal([...batch, n, n])
          const b = Rng.seed(`b ${n}`).normal([...batch, n, columns])
          const compiled = compile((x: tf.Tensor, y: tf.Tensor) => kernel(x, y), a, b)
          expect(compiled.reason).toBeUndefined()
          const others = [`c ${n}`, `d ${n}`].map((seed, i) => Rng.seed(seed).normal(i === 0 ? a.shape : b.shape))
          // what is given to the kernels is the same, to the bit, where double precision is asked
          const exact = withBackend('float64', () =>
            tf.tidy(() =>
              kernel(tensor(numbers(others[0]!), a.shape), tensor(numbers(others[1]!), b.shape)).map(numbers),
            ),
          )
          const eager = kernel(others[0]!, others[1]!).map(numbers)
          for (const [i, made] of compiled(others[0]!, others[1]!).entries())
            expect(far(numbers(made), exact[i]!), `${name} ${i}`).toBeLessThanOrEqual(
              1.5 * far(eager[i]!, exact[i]!) + 2,
            )
          expect(kernelsOf(compiled.explain())).toEqual([])
          compiled.dispose()
        })
  })
})

test('a matrix without an inverse has determinant 0, and −∞ for its logarithm, also where rounding hides it', () =>
  void tf.tidy(() => {
    const hidden = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const batch = tf.tensor([...hidden, 2, 0, 0, 0, 0, 0, 0, 0, 5, 3, 1, 0, 0, 2, 0, 0, 0, -1], [3, 3, 3])
    const f = compile((x: tf.Tensor) => [slogdet(x).sign, slogdet(x).logAbsDet, det(x)], tf.ones([3, 3, 3]))
    const eager = [slogdet(batch).sign, slogdet(batch).logAbsDet, det(batch)].map(numbers)
    expect(f(batch).map(numbers)).toEqual(eager)
    const [sign, log] = f(batch).map(numbers)
    expect(sign).toEqual([0, 0, -1])
    expect(log!.slice(0, 2)).toEqual([-Infinity, -Infinity])
    const broken = tf.tensor([NaN, 1, 1, 1, Infinity, 0, 0, 1, 1, 2, 3, 4], [3, 2, 2])
    const g = compile((x: tf.Tensor) => [slogdet(x).sign, slogdet(x).logAbsDet], tf.ones([3, 2, 2]))
    expect(g(broken).map(numbers)).toEqual([slogdet(broken).sign, slogdet(broken).logAbsDet].map(numbers))
    f.dispose()
    g.dispose()
  }))

test.each([
  ['inverse', (a: tf.Tensor) => inverse(a)],
  ['solve', (a: tf.Tensor) => solve(a, tf.ones([2, 1]))],
  ['triangularSolve', (a: tf.Tensor) => triangularSolve(a, tf.ones([2, 1]), { lower: false })],
  ['cholesky', (a: tf.Tensor) => cholesky(a)],
] as const)('%s refuses a matrix as the engine does, and goes on with others', (_, f) => {
  const good = tf.tensor([2, 1, 1, 2, 3, 1, 1, 3, 4, 1, 1, 4, 5, 1, 1, 5], [4, 2, 2])
  const bad = tf.tensor([2, 1, 1, 2, 3, 1, 1, 3, 1, 0, 0, 0, 5, 1, 1, 5], [4, 2, 2])
  const compiled = compile((x: tf.Tensor) => f(x), good)
  const refusal = (run: () => tf.Tensor): unknown => {
    try {
      tf.tidy(run)
    } catch (error) {
      return { code: (error as { code: string }).code, message: (error as Error).message }
    }
    return undefined
  }
  const wanted = refusal(() => f(bad))
  expect(wanted).toMatchObject({ code: 'singular' })
  expect(refusal(() => compiled(bad))).toEqual(wanted)
  tf.tidy(() => {
    expect(numbers(compiled(good))).toEqual(numbers(f(good)))
  })
  compiled.dispose()
  tf.dispose([good, bad])
})
