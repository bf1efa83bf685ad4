import { add, atLeast, type Code, call, f64, get, I32, i32, loadI32, multiply, set, subtract, when } from '../code.js'
import { range, scalar, whole } from '../doubles.js'
import type { Body, WasmModule } from '../module.js'
import { factorFunction, promoted, type Strides } from './factor.js'
import { entry, scratchOf, tileOf } from './scratch.js'
import { type Triangle, triangleFunction } from './triangle.js'

/** A system of equations of one matrix: parameters of the function are at the locals given. */
export interface System {
  readonly n: number
  readonly columns: number
  readonly a: Strides
  /** Of the right-hand sides; undefined for the identity. */
  readonly b?: Strides
  readonly x: Strides
}

/** Locals that hold the addresses of a, b and x, and of scratch memory. */
export interface Places {
  readonly a: number
  readonly b: number
  readonly x: number
  readonly scratch: number
}

/** Goes over the right-hand sides tile by tile: reads them in the order of rows that `from` tells, solves, and writes them as `to` tells. */
function tiles(
  module: WasmModule,
  body: Body,
  { n, columns, b, x }: System,
  places: Places,
  triangles: readonly Triangle[],
  order: { from?: (i: Code) => Code; to?: (i: Code) => Code } = {},
): Code {
  const width = tileOf(columns)
  const tile = body.local(I32)
  const at = body.local(I32)
  const some = body.local(I32)
  const { from = (i: Code) => i, to = (i: Code) => i } = order
  const entries = (turn: (i: Code, c: Code, own: Code) => Code): Code =>
    range(body, i32(0), i32(n), (i) =>
      range(body, i32(0), get(some), (c) => turn(i, c, entry(get(tile), i, 8 * width, c))),
    )
  const outside = (local: number, { row, column }: Strides, i: Code, c: Code): Code =>
    entry(get(local), i, 4 * row, add(c, get(at)), 4 * column)
  return [
    set(tile, add(get(places.scratch), i32(scratchOf(n).tile))),
    range(body, i32(0), i32(Math.ceil(columns / width)), (block) => [
      set(at, multiply(block, i32(width))),
      set(some, subtract(i32(columns), get(at))),
      when(atLeast(get(some), i32(width)), set(some, i32(width))),
      entries((i, c, own) =>
        scalar.store(
          own,
          b ? scalar.loadFloat(outside(places.b, b, from(i), c)) : scalar.fromInt(whole.eq(from(i), add(c, get(at)))),
        ),
      ),
      triangles.map((triangle) => call(triangleFunction(module, n, width, triangle), get(places.scratch), get(tile))),
      entries((i, c, own) => scalar.storeFloat(outside(places.x, x, to(i), c), scalar.load(own))),
    ]),
  ]
}

const LOWER: Triangle = { lower: true, transpose: false, unitDiagonal: true }
const UPPER: Triangle = { lower: false, transpose: false, unitDiagonal: false }

/** X with A X = B, or AᵀX = B; `lost` is what to do where A is singular. */
export function solveGeneral(
  module: WasmModule,
  body: Body,
  system: System,
  places: Places,
  transpose: boolean,
  lost: (pivot: Code) => Code,
): Code {
  const { n, a } = system
  const order = (i: Code): Code => loadI32(entry(add(get(places.scratch), i32(scratchOf(n).rows)), i, 4))
  const factored = call(factorFunction(module, n, a), get(places.a), get(places.scratch))
  const turned = [UPPER, LOWER].map((triangle) => ({ ...triangle, transpose: true }))
  const pivot = body.local(I32)
  return [
    set(pivot, factored),
    when(whole.ne(get(pivot), i32(-1)), lost(get(pivot))),
    transpose
      ? tiles(module, body, system, places, turned, { to: order })
      : tiles(module, body, system, places, [LOWER, UPPER], { from: order }),
  ]
}

/** The matrix of a triangular system in scratch memory; `lost` is what to do where there is a zero on its diagonal. */
export function readTriangle(
  body: Body,
  { n, a }: System,
  places: Places,
  { unitDiagonal }: Triangle,
  lost: (pivot: Code) => Code,
): Code {
  const { row } = scratchOf(n)
  const scratch = get(places.scratch)
  return [
    promoted(body, n, get(places.a), a, scratch),
    unitDiagonal
      ? []
      : range(body, i32(0), i32(n), (i) => when(scalar.eq(scalar.load(entry(scratch, i, row, i)), f64(0)), lost(i))),
  ]
}

/** X with T X = B, or TᵀX = B, for a triangle in scratch memory. */
export const solveTriangular = (
  module: WasmModule,
  body: Body,
  system: System,
  places: Places,
  triangle: Triangle,
): Code => tiles(module, body, system, places, [triangle])
