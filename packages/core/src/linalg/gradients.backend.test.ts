import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type Differentiable, expectDerivatives } from '../../../../tests/support/derivatives.js'
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

const A = [1.5, 0.25, -0.5, 0.75, 2, 0.125, -0.25, 1, 1.75]
const batch = { values: [...A, ...A.map((v, i) => (i % 4 === 0 ? -v : v / 2))], shape: [2, 3, 3] }
const one = { values: A, shape: [3, 3] }
const B = { values: [0.5, -1, 2, 1.5, -0.75, 1], shape: [3, 2] }
const spd = { values: [4, 1, -0.5, 1, 3, 0.25, -0.5, 0.25, 2], shape: [3, 3] }
const tall = { values: [1, 0.5, -0.5, 2, 0.25, 1, 0.75, -1], shape: [4, 2] }

const cases: [string, Differentiable][] = [
  ['det', { f: det, at: [batch] }],
  ['det of a matrix of rank n − 1', { f: det, at: [{ values: [1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3] }] }],
  ['det of a matrix of rank n − 2', { f: det, at: [{ values: [1, 2, 3, 2, 4, 6, -1, -2, -3], shape: [3, 3] }] }],
  ['det of 1 × 1', { f: det, at: [{ values: [2, 0], shape: [2, 1, 1] }] }],
  ['log|det|', { f: (a) => slogdet(a!).logAbsDet, at: [batch] }],
  ['inverse', { f: inverse, at: [batch] }],
  ['solve', { f: (a, b) => solve(a!, b!), at: [one, B] }],
  ['solve with Aᵀ and a broadcast right side', { f: (a, b) => solve(a!, b!, { transpose: true }), at: [batch, B] }],
  [
    'solve with a broadcast matrix',
    { f: (a, b) => solve(a!, b!), at: [one, { ...B, values: [...B.values, ...B.values], shape: [2, 3, 2] }] },
  ],
  ['cholesky', { f: cholesky, at: [spd] }],
  [
    'cholesky of a matrix that is not symmetric',
    { f: cholesky, at: [{ ...spd, values: spd.values.map((v, i) => v + i / 16) }] },
  ],
  ['l of lu', { f: (a) => lu(a!).l, at: [batch] }],
  ['u of lu', { f: (a) => lu(a!).u, at: [batch] }],
  ['q of qr', { f: (a) => qr(a!).q, at: [tall] }],
  ['r of qr', { f: (a) => qr(a!).r, at: [tall] }],
  ['diagPart', { f: (a) => tf.square(diagPart(a!)), at: [batch] }],
  ['diag', { f: (a) => tf.square(diag(a!)), at: [B] }],
  ['matrixTranspose', { f: (a) => tf.square(matrixTranspose(a!)), at: [batch] }],
]
for (const lower of [true, false])
  for (const transpose of [true, false])
    for (const unitDiagonal of [true, false])
      cases.push([
        `triangularSolve ${JSON.stringify({ lower, transpose, unitDiagonal })}`,
        { f: (a, b) => triangularSolve(a!, b!, { lower, transpose, unitDiagonal }), at: [batch, B] },
      ])

describe('first and second derivatives', () => {
  it.each(cases)('%s', (_, of) => expectDerivatives(of))
})

it('det has a third derivative where there is an inverse', () => {
  // det of diag(a, b, c) is abc: ∂³/∂a∂b∂c = 1
  const d = tensor([2, 3, 5])
  const derivative = (f: () => tf.Tensor, i: number): tf.Tensor => tf.slice(gradients(f, [d])[0]!, [i], [1])
  const third = derivative(() => tf.sum(derivative(() => tf.sum(derivative(() => det(diag(d)), 0)), 1)), 2)
  expect(third.dataSync()[0]).toBeCloseTo(1, currentBackend() === FLOAT64 ? 12 : 5)
})

it('the sign of a determinant and the permutation have gradient zero', () => {
  const a = tensor([
    [0, 2],
    [3, 1],
  ])
  const [ds] = gradients(() => slogdet(a).sign, [a])
  const [dp] = gradients(() => tf.sum(tf.mul(lu(a).p, a)), [a])
  expect([...ds!.dataSync()].map((g) => g + 0)).toEqual([0, 0, 0, 0])
  expect([...dp!.dataSync()].map((g) => g + 0)).toEqual([0, 1, 1, 0])
})
