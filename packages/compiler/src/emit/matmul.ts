import { exact } from '../exact.js'
import {
  add,
  type Code,
  f,
  floats,
  get,
  I32,
  i32,
  load,
  loadSplat,
  set,
  store,
  storeLane,
  storeTwo,
  times,
  V128,
} from './code.js'
import type { Body, WasmModule } from './module.js'

/** c[.., i, j] = Σₖ a[.., i, k] b[.., k, j]: strides in elements; rows of b and c lie together (stride 1 along j). */
export interface MatmulSpec {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly a: { readonly row: number; readonly column: number }
  readonly b: { readonly row: number }
  readonly c: { readonly row: number }
  /** Axes of the batch, outermost first, with the strides of a, b and c along each. */
  readonly batch: readonly { readonly size: number; readonly strides: readonly [number, number, number] }[]
}

/** Rows of a that are gone through at once, so that they stay in the nearest cache while all columns of b pass. */
const BLOCK = 64

/** The function that multiplies matrices; its parameters are the addresses of a, b and c. */
export function matmulFunction(module: WasmModule, spec: MatmulSpec): number {
  return module.function(`matmul ${JSON.stringify(spec, exact)}`, [I32, I32, I32], [], (body) => {
    const [a, b, c] = [0, 1, 2]
    const tiles = new Tiles(spec, body)
    const inner = (): Code => tiles.all(a, b, c)
    return spec.batch.reduceRight<() => Code>(
      (next, { size, strides }) =>
        () =>
          repeat(
            body,
            size,
            [next(), strides.map((stride, p) => (stride === 0 ? [] : set(p, add(get(p), i32(4 * stride)))))],
            strides.map((stride, p) => (stride === 0 ? [] : set(p, add(get(p), i32(-4 * stride * size))))),
          ),
      inner,
    )()
  })
}

function repeat(body: Body, count: number, turn: Code, after: Code = []): Code {
  if (count === 1) return [turn, after]
  const counter = body.local(I32)
  return [times(counter, count, turn), after]
}

const moved = (local: number, bytes: number): Code => (bytes === 0 ? [] : set(local, add(get(local), i32(bytes))))

class Tiles {
  readonly #spec: MatmulSpec
  readonly #body: Body
  readonly #at: {
    a: number
    b: number
    c: number
    rowA: number
    blockA: number
    columnB: number
    columnC: number
    blockC: number
    end: number
  }

  constructor(spec: MatmulSpec, body: Body) {
    this.#spec = spec
    this.#body = body
    const local = (): number => body.local(I32)
    this.#at = {
      a: local(),
      b: local(),
      c: local(),
      rowA: local(),
      blockA: local(),
      columnB: local(),
      columnC: local(),
      blockC: local(),
      end: local(),
    }
  }

  all(a: number, b: number, c: number): Code {
    const { m, a: strideA, c: strideC } = this.#spec
    const at = this.#at
    const blocks = Math.floor(m / BLOCK)
    const rest = m % BLOCK
    const start = [set(at.blockA, get(a)), set(at.blockC, get(c))]
    const whole =
      blocks > 0
        ? repeat(this.#body, blocks, [
            this.#block(b, BLOCK),
            moved(at.blockA, 4 * BLOCK * strideA.row),
            moved(at.blockC, 4 * BLOCK * strideC.row),
          ])
        : []
    return [start, whole, rest > 0 ? this.#block(b, rest) : []]
  }

  /** All columns for some rows: eight columns at a time, then four, then what is left. */
  #block(b: number, rows: number): Code {
    const { n } = this.#spec
    const at = this.#at
    const eights = Math.floor(n / 8)
    const four = n % 8 >= 4
    const tail = n % 4
    const panel = (width: number): Code => [
      this.#panel(rows, width),
      moved(at.columnB, 4 * width),
      moved(at.columnC, 4 * width),
    ]
    return [
      set(at.columnB, get(b)),
      set(at.columnC, get(at.blockC)),
      eights > 0 ? repeat(this.#body, eights, panel(8)) : [],
      four ? panel(4) : [],
      tail > 0 ? panel(tail) : [],
    ]
  }

  /** All rows of a block for up to eight columns. */
  #panel(rows: number, width: number): Code {
    const { a, c } = this.#spec
    const at = this.#at
    // enough sums at once to hide how long an addition takes
    const height = width > 4 ? 4 : 8
    const full = Math.floor(rows / height)
    const rest = rows % height
    return [
      set(at.rowA, get(at.blockA)),
      set(at.c, get(at.columnC)),
      full > 0
        ? repeat(this.#body, full, [
            this.#tile(height, width),
            moved(at.rowA, 4 * height * a.row),
            moved(at.c, 4 * height * c.row),
          ])
        : [],
      rest > 0 ? this.#tile(rest, width) : [],
    ]
  }

  #tile(rows: number, width: number): Code {
    const { k, a, b, c } = this.#spec
    const at = this.#at
    const body = this.#body
    const vectors = Math.ceil(width / 4)
    const sums = Array.from({ length: rows }, () => Array.from({ length: vectors }, () => body.local(V128)))
    const columns = Array.from({ length: vectors }, () => body.local(V128))
    const scalar = body.local(V128)
    const place = (bytes: number): [Code, number] => (bytes >= 0 ? [get(at.a), bytes] : [add(get(at.a), i32(bytes)), 0])
    const turn: Code = [
      columns.map((column, v) => set(column, load(get(at.b), 16 * v))),
      sums.map((row, i) => [
        set(scalar, loadSplat(...place(4 * i * a.row))),
        row.map((sum, v) => set(sum, f.add(get(sum), f.mul(get(scalar), get(columns[v]!))))),
      ]),
      moved(at.a, 4 * a.column),
      moved(at.b, 4 * b.row),
    ]
    return [
      set(at.a, get(at.rowA)),
      set(at.b, get(at.columnB)),
      sums.flat().map((sum) => set(sum, floats(0))),
      k > 0 ? repeat(body, k, turn) : [],
      sums.map((row, i) =>
        row.map((sum, v) => put(get(at.c), get(sum), 4 * i * c.row + 16 * v, Math.min(4, width - 4 * v))),
      ),
    ]
  }
}

function put(at: Code, value: Code, offset: number, lanes: number): Code {
  if (lanes === 4) return store(at, value, offset)
  if (lanes === 1) return storeLane(at, value, 0, offset)
  return [storeTwo(at, value, 0, offset), lanes === 3 ? storeLane(at, value, 2, offset + 8) : []]
}
