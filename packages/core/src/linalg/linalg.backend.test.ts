import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import golden from '../../../../fixtures/linalg.json' with { type: 'json' }
import { currentBackend, FLOAT64, gradients, tensor } from '../index.js'
import {
  cholesky,
  det,
  diag,
  diagPart,
  inverse,
  lu,
  matrixTranspose,
  qr,
  slogdet,
  solve,
  triangularSolve,
} from './index.js'

const eps = currentBackend() === FLOAT64 ? 1e-12 : 2e-5

/** The numbers of a tensor, its computation tidied away. */
const numbers = (f: () => tf.Tensor): number[] => [...tf.tidy(f).dataSync()]

function expectClose(actual: number[], expected: number[], tolerance = eps): void {
  expect(actual).toHaveLength(expected.length)
  const scale = Math.max(1, ...expected.map(Math.abs))
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!), `at ${i}: ${value} for ${expected[i]}`).toBeLessThanOrEqual(
      tolerance * scale,
    )
  })
}

/** Σ over permutations of sign · Π a[i, p(i)]: the definition, as an oracle. */
function permutationSum(a: number[][]): number {
  const n = a.length
  let total = 0
  const visit = (row: number, used: number[], product: number): void => {
    if (row === n) {
      total += product
      return
    }
    for (let j = 0; j < n; j++) {
      if (used.includes(j)) continue
      const inversions = used.filter((k) => k > j).length
      visit(row + 1, [...used, j], product * a[row]![j]! * (inversions % 2 ? -1 : 1))
    }
  }
  visit(0, [], 1)
  return total
}

const entry = fc.integer({ min: -4000, max: 4000 }).map((i) => i / 1024)
const matrix = (n: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n })
/** Square matrices far from singular: |det| is a fair share of Hadamard's bound. */
const wellConditioned = (sizes: { min: number; max: number }): fc.Arbitrary<number[][]> =>
  fc
    .integer(sizes)
    .chain(matrix)
    .filter((a) => Math.abs(permutationSum(a)) > 0.05 * a.reduce((p, row) => p * Math.hypot(...row), 1))
const sizes = { min: 1, max: 6 }
const runs = { numRuns: 25, seed: 3 }

describe('golden values of numpy and scipy', () => {
  it.each(golden.map((g) => [g.a.length, g] as const))('n = %i', (_, g) => {
    const a = tensor(g.a)
    const b = tensor(g.b)
    const spd = tensor(g.spd)
    const tall = tensor(g.tall)
    expectClose(
      numbers(() => det(a)),
      [g.det],
    )
    expectClose(
      numbers(() => slogdet(a).sign),
      [g.sign],
    )
    expectClose(
      numbers(() => slogdet(a).logAbsDet),
      [g.logAbsDet],
    )
    for (const part of ['p', 'l', 'u'] as const)
      expectClose(
        numbers(() => lu(a)[part]),
        g[part].flat(),
      )
    expectClose(
      numbers(() => inverse(a)),
      g.inverse.flat(),
    )
    expectClose(
      numbers(() => solve(a, b)),
      g.solve.flat(),
    )
    expectClose(
      numbers(() => solve(a, b, { transpose: true })),
      g.solveTransposed.flat(),
    )
    for (const { x, ...options } of g.triangular)
      expectClose(
        numbers(() => triangularSolve(a, b, options)),
        x.flat(),
        50 * eps,
      )
    expectClose(
      numbers(() => cholesky(spd)),
      g.cholesky.flat(),
    )
    for (const part of ['q', 'r'] as const)
      expectClose(
        numbers(() => qr(tall)[part]),
        g[part].flat(),
      )
    tf.dispose([a, b, spd, tall])
  })
})

describe('determinants', () => {
  it('of the identity is 1, and of [[3, 2], [0, 2]] is 6', () => {
    expect(numbers(() => det(tf.eye(3)))).toEqual([1])
    expectClose(
      numbers(() =>
        det(
          tensor([
            [3, 2],
            [0, 2],
          ]),
        ),
      ),
      [6],
    )
    expect(numbers(() => det(tf.zeros([2, 0, 0])))).toEqual([1, 1])
  })

  it('are the sum over permutations', () => {
    fc.assert(
      fc.property(fc.integer(sizes).chain(matrix), (a) => {
        const bound = a.reduce((p, row) => p * Math.hypot(...row), 1)
        const expected = permutationSum(a)
        expect(Math.abs(numbers(() => det(tensor(a)))[0]! - expected)).toBeLessThanOrEqual(eps * Math.max(1, bound))
      }),
      runs,
    )
  })

  it('multiply: log|det AB| = log|det A| + log|det B|', () => {
    const pair = fc.integer(sizes).chain((n) => {
      const one = wellConditioned({ min: n, max: n })
      return fc.tuple(one, one)
    })
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const product = numbers(
          () => slogdet(tf.matMul(tensor(a) as tf.Tensor2D, tensor(b) as tf.Tensor2D)).logAbsDet,
        )[0]!
        const sum = numbers(() => slogdet(tensor([a, b])).logAbsDet)
        expectClose([product], [sum[0]! + sum[1]!], 100 * eps)
      }),
      runs,
    )
  })

  it('of singular matrices are 0, with sign 0 and logarithm −∞, also where rounding hides it', () => {
    const magic = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]
    const batch = tensor([
      magic,
      [
        [1, 0, 0],
        [0, 1e-3, 0],
        [0, 0, -1],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    ])
    expectClose(
      numbers(() => det(batch)),
      [0, -1e-3, 0],
    )
    expect(numbers(() => slogdet(batch).sign)).toEqual([0, -1, 0])
    const [first, second, third] = numbers(() => slogdet(batch).logAbsDet)
    expect([first, third]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expectClose([second!], [Math.log(1e-3)])
    batch.dispose()
  })

  it('pass NaN on', () => {
    expect(
      numbers(() =>
        det(
          tensor([
            [Number.NaN, 1],
            [1, 1],
          ]),
        ),
      ),
    ).toEqual([Number.NaN])
    expect(
      numbers(
        () =>
          slogdet(
            tensor([
              [Number.NaN, 1],
              [1, 1],
            ]),
          ).logAbsDet,
      ),
    ).toEqual([Number.NaN])
  })

  it('tiny but regular matrices are not singular', () => {
    const tiny = tensor([
      [1, 1],
      [0, 2 ** -60],
    ])
    expectClose(
      numbers(() => slogdet(tiny).logAbsDet),
      [-60 * Math.LN2],
    )
    expectClose(
      numbers(() => tf.mul(inverse(tiny), 2 ** -60)),
      [2 ** -60, -1, 0, 1],
    )
    tiny.dispose()
  })
})

describe('factorisations and systems', () => {
  it('A = P L U, A A⁻¹ = I, A solve(A, B) = B', () => {
    fc.assert(
      fc.property(wellConditioned(sizes), (values) => {
        const n = values.length
        const flat = values.flat()
        const a = tensor(values) as tf.Tensor2D
        const product = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D)
        expectClose(
          numbers(() => {
            const { p, l, u } = lu(a)
            return product(p, product(l, u))
          }),
          flat,
          10 * eps,
        )
        expectClose(
          numbers(() => product(a, inverse(a))),
          numbers(() => tf.eye(n)),
          100 * eps,
        )
        expectClose(
          numbers(() => product(a, solve(a, matrixTranspose(a)))),
          numbers(() => matrixTranspose(a)),
          100 * eps,
        )
        expectClose(
          numbers(() => {
            const l = cholesky(tf.add(product(a, matrixTranspose(a)), tf.eye(n)))
            return tf.sub(product(l, matrixTranspose(l)), tf.eye(n))
          }),
          numbers(() => product(a, matrixTranspose(a))),
          10 * eps,
        )
        expectClose(
          numbers(() => {
            const { q, r } = qr(a)
            return product(q, r)
          }),
          flat,
          10 * eps,
        )
        expectClose(
          numbers(() => product(matrixTranspose(qr(a).q), qr(a).q)),
          numbers(() => tf.eye(n)),
          10 * eps,
        )
        a.dispose()
      }),
      { ...runs, numRuns: 10 },
    )
  })

  it('batches broadcast in both directions', () => {
    const a = tensor([
      [2, 1],
      [1, 3],
    ])
    const b = tensor([
      [[1], [2]],
      [[3], [4]],
      [[5], [6]],
    ])
    const x = [1 / 5, 3 / 5, 1, 1, 9 / 5, 7 / 5]
    expectClose(
      numbers(() => solve(a, b)),
      x,
    )
    expectClose(
      numbers(() => solve(tf.tile(tf.reshape(a, [1, 2, 2]), [3, 1, 1]), b)),
      x,
    )
    const as = tf.stack([a, tf.mul(a, 2)])
    const one = tensor([[1], [2]])
    expectClose(
      numbers(() => solve(as, one)),
      [1 / 5, 3 / 5, 1 / 10, 3 / 10],
    )
    expect(tf.tidy(() => triangularSolve(as, tf.reshape(b, [3, 1, 2, 1])).shape)).toEqual([3, 2, 2, 1])
    tf.dispose([a, b, as, one])
  })

  it('diag and diagPart take diagonals, untouched by infinities beside them', () => {
    const inf = Number.POSITIVE_INFINITY
    expect(
      numbers(() =>
        diagPart(
          tensor([
            [
              [1, inf],
              [Number.NaN, 2],
            ],
            [
              [3, 0],
              [0, 4],
            ],
          ]),
        ),
      ),
    ).toEqual([1, 2, 3, 4])
    expect(
      numbers(() =>
        diag(
          tensor([
            [1, 2],
            [3, 4],
          ]),
        ),
      ),
    ).toEqual([1, 0, 0, 2, 3, 0, 0, 4])
    expect(tf.tidy(() => diag(tf.zeros([2, 0])).shape)).toEqual([2, 0, 0])
    expect(() => diag(tf.scalar(1))).toThrow(/vectors/)
  })
})

describe('singular input', () => {
  const singularSecond = (): tf.Tensor =>
    tensor([
      [
        [
          [1, 0],
          [0, 1],
        ],
        [
          [1, 2],
          [2, 4],
        ],
      ],
    ])

  it('names the matrix and the pivot', () => {
    expect(() => tf.tidy(() => inverse(singularSecond()))).toThrow(
      expect.objectContaining({ code: 'singular', message: expect.stringMatching(/inverse.*\[0, 1\].*pivot 1/) }),
    )
    expect(() => tf.tidy(() => solve(singularSecond(), tf.ones([1, 2, 2, 1])))).toThrow(/solve.*\[0, 1\].*pivot 1/)
    expect(() =>
      tf.tidy(() =>
        inverse(
          tensor([
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
          ]),
        ),
      ),
    ).toThrow(/singular/)
  })

  it('of triangularSolve and cholesky names the row', () => {
    const lower = (): tf.Tensor =>
      tensor([
        [
          [1, 0],
          [1, 1],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ])
    expect(() => tf.tidy(() => triangularSolve(lower(), tf.ones([2, 2, 1])))).toThrow(/diagonal.*\[1\].*pivot 0/)
    const indefinite = (): tf.Tensor =>
      tensor([
        [
          [1, 0],
          [0, 1],
        ],
        [
          [1, 2],
          [2, 1],
        ],
      ])
    expect(() => tf.tidy(() => cholesky(indefinite()))).toThrow(
      expect.objectContaining({ code: 'singular', message: expect.stringMatching(/definite.*\[1\].*pivot 1/) }),
    )
  })

  it('refuses matrices of the wrong shape', () => {
    for (const f of [det, inverse, cholesky, lu, slogdet, diagPart])
      expect(() => f(tf.zeros([2, 3]))).toThrow(expect.objectContaining({ code: 'shape' }))
    expect(() => solve(tf.eye(2), tf.zeros([3, 1]))).toThrow(/does not fit/)
    expect(() => qr(tf.zeros([2, 3]))).toThrow(/wider/)
    expect(() => matrixTranspose(tf.zeros([2]))).toThrow(/matrices/)
  })
})

it('leaves behind nothing but what it returns, after an error too', () => {
  const a = tensor([
    [4, 1],
    [1, 3],
  ])
  const zero = tf.zeros([2, 2])
  const before = tf.memory().numTensors
  const data = tf.memory().numDataBuffers
  for (const f of [det, inverse, cholesky, diagPart, matrixTranspose]) f(a).dispose()
  tf.dispose([{ ...lu(a) }, { ...slogdet(a) }, { ...qr(a) }, solve(a, a), triangularSolve(a, a)])
  for (const f of [det, inverse, cholesky, (x: tf.Tensor) => slogdet(x).logAbsDet])
    tf.dispose(gradients(() => tf.sum(f(a)), [a]))
  expect(() => inverse(zero)).toThrow()
  expect(() => gradients(() => tf.sum(inverse(zero)), [zero])).toThrow(/singular/)
  expect(tf.memory().numTensors).toBe(before)
  expect(tf.memory().numDataBuffers).toBe(data)
  tf.dispose([a, zero])
})
