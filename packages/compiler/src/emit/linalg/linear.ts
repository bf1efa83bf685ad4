import {
  add,
  type Code,
  call,
  doubleLane,
  F64,
  f64,
  get,
  I32,
  i32,
  isZero,
  loadI32,
  set,
  splatDouble,
  when,
} from '../code.js'
import { either, leave, range, scalar, whole } from '../doubles.js'
import type { Body, WasmModule } from '../module.js'
import { moved, repeat } from '../repeat.js'
import { wide } from '../wide.js'
import { cholesky } from './cholesky.js'
import { factorFunction, type Strides } from './factor.js'
import { entry, scratchOf } from './scratch.js'
import { readTriangle, solveGeneral, solveTriangular } from './solve.js'
import type { Triangle } from './triangle.js'

/** The kernels that are emitted, by core's names. */
export const LINEAR = ['Slogdet', 'Det', 'Lu', 'Inverse', 'Solve', 'TriangularSolve', 'Cholesky'] as const
export type LinearKernel = (typeof LINEAR)[number]

/** A kernel of linear algebra for a batch of matrices of floats: strides in elements. */
export interface LinearSpec {
  readonly kernel: LinearKernel
  readonly n: number
  readonly columns: number
  readonly a: Strides
  readonly b?: Strides
  /** Of the first result, where that is a matrix. */
  readonly x: Strides
  readonly triangle: Triangle
  /** Axes of the batch, outermost first, with the strides of inputs and outputs. */
  readonly outer: readonly { readonly size: number; readonly strides: readonly number[] }[]
}

/**
 * The function that runs a kernel; its parameters are the addresses of inputs and outputs, of scratch memory and of the words that tell of
 * failures, and the kernel's own number for these.
 */
export function linearFunction(module: WasmModule, spec: LinearSpec): number {
  const inputs = spec.b ? 2 : 1
  const outputs = { Slogdet: 2, Lu: 3 }[spec.kernel as string] ?? 1
  const count = inputs + outputs
  return module.function(`linear ${JSON.stringify(spec)}`, Array(count + 3).fill(I32), [], (body) => {
    const places = { a: 0, b: 1, x: inputs, scratch: count }
    const index = body.local(I32)
    const lost = (pivot: Code): Code => refuse(get(count + 1), get(count + 2), get(index), pivot)
    // a triangle that the whole batch shares is read once
    const triangular = spec.kernel === 'TriangularSolve'
    const shared = spec.outer.every(({ strides }) => strides[0] === 0)
    const read = triangular ? readTriangle(body, spec, places, spec.triangle, lost) : []
    const one: Code = [
      shared ? [] : read,
      compute(module, body, spec, places, lost),
      set(index, add(get(index), i32(1))),
    ]
    const all = spec.outer.reduceRight<Code>((next, { size, strides }) => {
      const move = (steps: number): Code => strides.map((stride, p) => moved(p, 4 * stride * steps))
      return repeat(body, size, [next, move(1)], move(-size))
    }, one)
    return [shared ? read : [], all]
  })
}

/** Writes which kernel has refused which matrix, and at which pivot, where none has before; and gives up. */
const refuse = (failure: Code, number: Code, index: Code, pivot: Code): Code => [
  when(
    isZero(loadI32(failure)),
    whole.store(failure, number),
    whole.store(add(failure, i32(8)), index),
    whole.store(add(failure, i32(12)), pivot),
  ),
  leave,
]

type Places = Readonly<Record<'a' | 'b' | 'x' | 'scratch', number>>

function compute(module: WasmModule, body: Body, spec: LinearSpec, places: Places, lost: (pivot: Code) => Code): Code {
  switch (spec.kernel) {
    case 'TriangularSolve':
      return solveTriangular(module, body, spec, places, spec.triangle)
    case 'Solve':
    case 'Inverse':
      return solveGeneral(module, body, spec, places, spec.triangle.transpose, lost)
    case 'Cholesky':
      return cholesky(body, spec.n, spec, places, lost)
    case 'Lu':
      return factors(module, body, spec, places)
    default:
      return determinant(module, body, spec, places)
  }
}

/** P, L and U. */
function factors(module: WasmModule, body: Body, { n, a, x }: LinearSpec, places: Places): Code {
  const { row, rows } = scratchOf(n)
  const s = get(places.scratch)
  const put = (part: number, i: Code, j: Code, value: Code): Code =>
    scalar.storeFloat(entry(get(places.x + part), i, 4 * x.row, j, 4 * x.column), value)
  const all = (turn: (i: Code) => Code): Code => range(body, i32(0), i32(n), turn)
  return [
    when(call(factorFunction(module, n, a), get(places.a), s)),
    all((i) =>
      all((j) => {
        const both = scalar.load(entry(s, i, row, j))
        return [
          put(0, i, j, scalar.fromInt(whole.eq(i, loadI32(entry(s, j, 4), rows)))),
          either(
            whole.lt(j, i),
            [put(1, i, j, both), put(2, i, j, f64(0))],
            [put(1, i, j, scalar.fromInt(whole.eq(i, j))), put(2, i, j, both)],
          ),
        ]
      }),
    ),
  ]
}

/** The sign of a determinant and the logarithm of its absolute value, or the determinant itself. */
function determinant(module: WasmModule, body: Body, { kernel, n, a }: LinearSpec, places: Places): Code {
  const { row, sign } = scratchOf(n)
  const s = get(places.scratch)
  const [factor, log, pivot] = [body.local(F64), body.local(F64), body.local(F64)]
  const logarithm = (x: Code): Code => doubleLane(wide.log(module)(splatDouble(x)), 0)
  const slogdet = kernel === 'Slogdet'
  return [
    either(
      whole.lt(call(factorFunction(module, n, a), get(places.a), s), i32(0)),
      [
        set(factor, scalar.load(s, sign)),
        set(log, f64(0)),
        range(body, i32(0), i32(n), (i) => [
          set(pivot, scalar.load(entry(s, i, row, i))),
          slogdet
            ? [
                when(scalar.lt(get(pivot), f64(0)), set(factor, scalar.neg(get(factor)))),
                when(scalar.ne(get(pivot), get(pivot)), set(factor, f64(Number.NaN))),
                set(log, scalar.add(get(log), logarithm(scalar.abs(get(pivot))))),
              ]
            : set(factor, scalar.mul(get(factor), get(pivot))),
        ]),
      ],
      [set(factor, f64(0)), set(log, f64(Number.NEGATIVE_INFINITY))],
    ),
    scalar.storeFloat(get(places.x), get(factor)),
    slogdet ? scalar.storeFloat(get(places.x + 1), get(log)) : [],
  ]
}
