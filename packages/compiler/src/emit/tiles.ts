import {
  add,
  type Code,
  floats,
  get,
  I32,
  i32,
  load,
  loadI32,
  loadSplat,
  multiply,
  set,
  subtract,
  V128,
} from './code.js'
import { multiplyAdd } from './fused.js'
import { heightOf } from './heights.js'
import { loadLanes, storeTogether } from './lanes.js'
import { BLOCK, type Epilogue, type MatmulSpec, PANEL, TILE } from './matmul-spec.js'
import type { Body, WasmModule } from './module.js'
import { moved, repeat, some } from './repeat.js'
import { coerced, computeSteps, lanesOf } from './steps.js'

const PLAIN: Epilogue = { leaves: [], steps: [], outputs: [{ ref: { product: true }, dtype: 'float32' }] }

/** One matrix product: blocks of rows, panels of columns, and tiles of sums that stay in registers. */
export class Tiles {
  readonly #module: WasmModule
  readonly #spec: MatmulSpec
  readonly #body: Body
  readonly #epilogue: Epilogue
  readonly #at: Record<
    'a' | 'b' | 'rowA' | 'blockA' | 'columnB' | 'c' | 'columnC' | 'blockC' | 'row' | 'column' | 'blockRow' | 'table',
    number
  >
  readonly #pointers: readonly number[]

  constructor(module: WasmModule, spec: MatmulSpec, body: Body) {
    this.#module = module
    this.#spec = spec
    this.#body = body
    // a function would be written out for each vector of a tile
    body.calls = true
    this.#epilogue = spec.epilogue ?? PLAIN
    const local = (): number => body.local(I32)
    this.#at = {
      a: local(),
      b: local(),
      rowA: local(),
      blockA: local(),
      columnB: local(),
      // bytes from the first element of the outputs on
      c: local(),
      columnC: local(),
      blockC: local(),
      row: local(),
      column: local(),
      blockRow: local(),
      table: local(),
    }
    this.#pointers = [...this.#epilogue.leaves, ...this.#epilogue.outputs].map(local)
  }

  /** All of c. */
  all(): Code {
    const { m, n, row } = this.#spec
    const { leaves, outputs } = this.#epilogue
    const at = this.#at
    const blocks = Math.floor(m / BLOCK)
    const rest = m % BLOCK
    return [
      set(at.blockA, get(0)),
      set(at.blockC, i32(0)),
      set(at.blockRow, i32(0)),
      this.#spec.table ? set(at.table, get(2 + leaves.length + outputs.length)) : [],
      blocks > 0
        ? repeat(this.#body, blocks, [
            this.#block(BLOCK),
            moved(at.blockA, 4 * BLOCK * row),
            moved(at.blockC, 4 * BLOCK * n),
            moved(at.blockRow, BLOCK),
          ])
        : [],
      rest > 0 ? this.#block(rest) : [],
    ]
  }

  /** All columns for some rows: eight columns at a time, then four, then what is left. */
  #block(rows: number): Code {
    const { n, table } = this.#spec
    const { leaves, outputs } = this.#epilogue
    const at = this.#at
    const eights = Math.floor(n / PANEL)
    const four = n % PANEL >= 4
    const tail = n % 4
    const panel = (width: number): Code => [
      this.#panel(rows, width),
      moved(at.columnB, 4 * width),
      moved(at.columnC, 4 * width),
      moved(at.column, width),
      table ? moved(at.table, 8) : [],
    ]
    return [
      set(at.columnB, get(1)),
      set(at.columnC, get(at.blockC)),
      set(at.column, i32(0)),
      // the depths are the same for all rows
      table === 'depth' ? set(at.table, get(2 + leaves.length + outputs.length)) : [],
      eights > 0 ? repeat(this.#body, eights, panel(PANEL)) : [],
      four ? panel(4) : [],
      tail > 0 ? panel(tail) : [],
    ]
  }

  /** All rows of a block for up to eight columns. */
  #panel(rows: number, width: number): Code {
    const { row, n, table } = this.#spec
    const at = this.#at
    // tables count tiles of four
    const height = table ? TILE : heightOf(rows, width)
    const full = Math.floor(rows / height)
    const rest = rows % height
    const next: Code = [
      moved(at.rowA, 4 * height * row),
      moved(at.c, 4 * height * n),
      this.#epilogue.leaves.length > 0 ? moved(at.row, height) : [],
    ]
    const one: Code = [this.#tile(height, width), next]
    const tiles = (): Code => {
      if (table !== 'rows') return repeat(this.#body, full, one)
      const first = loadI32(get(at.table))
      const count = loadI32(get(at.table), 4)
      return [
        some(this.#body, first, [this.#zeros(height, width), next]),
        some(this.#body, count, one),
        some(this.#body, subtract(i32(full), add(first, count)), [this.#zeros(height, width), next]),
      ]
    }
    return [
      set(at.rowA, get(at.blockA)),
      set(at.c, get(at.columnC)),
      set(at.row, get(at.blockRow)),
      full > 0 ? tiles() : [],
      rest > 0 ? this.#tile(rest, width) : [],
    ]
  }

  /** A tile whose sums are 0. */
  #zeros(rows: number, width: number): Code {
    const zero = this.#body.local(V128)
    return [
      this.#point(),
      set(zero, floats(0)),
      this.#finish(
        this.#table(rows, width, () => zero),
        width,
      ),
    ]
  }

  /** A local for each row and vector of a tile. */
  #table(rows: number, width: number, of: () => number): number[][] {
    return Array.from({ length: rows }, () => Array.from({ length: Math.ceil(width / 4) }, of))
  }

  #tile(rows: number, width: number): Code {
    const { split, depth, row, table, n } = this.#spec
    const at = this.#at
    const body = this.#body
    const sums = this.#table(rows, width, () => body.local(V128))
    const columns = sums[0]!.map(() => body.local(V128))
    const scalar = body.local(V128)
    const place = (bytes: number): [Code, number] => (bytes >= 0 ? [get(at.a), bytes] : [add(get(at.a), i32(bytes)), 0])
    const turn: Code = [
      columns.map((column, v) => set(column, load(get(at.b), 16 * v))),
      sums.map((list, i) => [
        set(scalar, loadSplat(...place(4 * i * row))),
        list.map((sum, v) => set(sum, multiplyAdd(get(scalar), get(columns[v]!), get(sum)))),
      ]),
    ]
    const axes = depth.slice(split)
    const along = (axis: number): Code => {
      const { size, a, b } = axes[axis]!
      const inner = axes[axis + 1]
      const step: Code = [
        inner ? along(axis + 1) : turn,
        moved(at.a, 4 * (a - (inner ? inner.a * inner.size : 0))),
        moved(at.b, 4 * (b - (inner ? inner.b * inner.size : 0))),
      ]
      if (table !== 'depth') return repeat(body, size, step)
      const first = loadI32(get(at.table))
      const skip = (local: number, stride: number): Code =>
        set(local, add(get(local), multiply(first, i32(4 * stride))))
      return [skip(at.a, a), skip(at.b, b), some(this.#body, loadI32(get(at.table), 4), step)]
    }
    const parts = split > 0
    return [
      this.#point(),
      set(at.a, get(at.rowA)),
      set(at.b, get(at.columnB)),
      sums.map((list, i) =>
        list.map((sum, v) => set(sum, parts ? load(get(this.#pointers.at(-1)!), 4 * i * n + 16 * v) : floats(0))),
      ),
      axes.some(({ size }) => size === 0) ? [] : axes.length > 0 ? along(0) : turn,
      this.#finish(sums, width),
    ]
  }

  /** Sets the pointers of the leaves and outputs to a tile. */
  #point(): Code {
    const { leaves } = this.#epilogue
    const { row, column, c } = this.#at
    const far = (local: number, stride: number): Code => (stride === 0 ? i32(0) : multiply(get(local), i32(4 * stride)))
    return this.#pointers.map((pointer, p) => {
      const leaf = leaves[p]
      const along = leaf ? add(far(row, leaf.row), far(column, leaf.column)) : get(c)
      return set(pointer, add(get(2 + p), along))
    })
  }

  /** Writes what becomes of the sums. */
  #finish(sums: readonly (readonly number[])[], width: number): Code {
    const { leaves, steps, outputs } = this.#epilogue
    const code: Code[] = []
    const keep = (instruction: Code): void => void code.push(instruction)
    const hold = (value: Code): Code => this.#body.hold(V128, value, keep)
    for (const v of sums[0]!.keys()) {
      const lanes = Math.min(4, width - 4 * v)
      const read = (p: number, i: number): Code => {
        const { row, column } = leaves[p]!
        const pointer = get(this.#pointers[p]!)
        const at = i * row === 0 ? pointer : add(pointer, i32(4 * i * row))
        return loadLanes(at, column, lanes, column === 0 ? 0 : v)
      }
      // what is the same for all rows is read once
      const same = leaves.map(({ row }, p) => (row === 0 ? hold(read(p, 0)) : undefined))
      for (const [i, list] of sums.entries()) {
        const given = leaves.map(({ dtype }, p) => ({ code: same[p] ?? hold(read(p, i)), lanes: lanesOf(dtype) }))
        const product = { code: get(list[v]!), lanes: 'float' } as const
        const value = computeSteps(this.#module, this.#body, steps, { leaves: given, product }, keep)
        for (const [o, { ref, dtype }] of outputs.entries())
          code.push(this.#store(o, coerced(value(ref), dtype), i, v, lanes))
      }
    }
    return code
  }

  #store(output: number, value: Code, i: number, v: number, lanes: number): Code {
    const pointer = get(this.#pointers[this.#epilogue.leaves.length + output]!)
    const offset = 4 * i * this.#spec.n + 16 * v
    if (lanes === 4 || lanes === 1) return storeTogether(pointer, value, lanes, offset)
    return this.#held(value, (x) => storeTogether(pointer, x, lanes, offset))
  }

  /** A value that is stored in parts, computed once. */
  #held(value: Code, then: (x: Code) => Code): Code {
    const code: Code[] = []
    const x = this.#body.hold(V128, value, (instruction) => code.push(instruction))
    return [code, then(x)]
  }
}
