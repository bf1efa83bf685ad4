import { exact } from '../../exact.js'
import { add, type Code, call, fillBytes, get, I32, i32, loadI32, multiply, set } from '../code.js'
import type { WasmModule } from '../module.js'
import { moved, repeat } from '../repeat.js'
import type { LoopStep, Ref } from '../steps.js'
import { panelsOf, putFunction, sumsOf, takeFunction } from './columns.js'
import { LINE, PANEL, ROWS, stateSize } from './layout.js'
import { weighFunction } from './units.js'

/** An autoregressive map that is inverted, with the addresses of all that it reads and writes. */
export interface SweepSpec {
  /** The function that finds a value, and its log-derivative, from its raw parameters. */
  readonly turn: number
  readonly rows: number
  readonly dimensions: number
  readonly context: number
  readonly parameters: number
  /** Units of the inputs and of each hidden layer. */
  readonly widths: readonly number[]
  readonly activation: { readonly steps: readonly LoopStep[]; readonly result: Ref }
  readonly at: {
    readonly y: number
    readonly context: number | undefined
    readonly table: number
    readonly kernels: readonly number[]
    readonly biases: readonly number[]
    readonly x: number
    /** Undefined where nobody wants it, here and of one value. */
    readonly logDet: number | undefined
    /** What the turn reads and gives: raw parameters `[parameters][ROWS]`, and columns of `ROWS` numbers. */
    readonly raw: number
    readonly column: number
    readonly value: number
    readonly slope: number | undefined
    readonly features: readonly number[]
    /** Activations of some rows, and the sums of their log-derivatives. */
    readonly state: number
  }
}

/** The function that goes through all rows. */
export function sweepFunction(module: WasmModule, spec: SweepSpec): number {
  const { rows, dimensions, context, at } = spec
  return module.function(`sweep ${JSON.stringify(spec, exact)}`, [], [], (body) => {
    const [y, given, x, logDet] = [0, 1, 2, 3].map(() => body.local(I32)) as [number, number, number, number]
    const some = (count: number): Code =>
      call(blockFunction(module, spec, count), get(y), get(given), get(x), get(logDet))
    const whole = Math.floor(rows / ROWS)
    const rest = rows % ROWS
    return [
      set(y, i32(at.y)),
      set(given, i32(at.context ?? 0)),
      set(x, i32(at.x)),
      set(logDet, i32(at.logDet ?? 0)),
      whole > 0
        ? repeat(body, whole, [
            some(ROWS),
            moved(y, 4 * ROWS * dimensions),
            moved(given, 4 * ROWS * context),
            moved(x, 4 * ROWS * dimensions),
            moved(logDet, 4 * ROWS),
          ])
        : [],
      rest > 0 ? some(rest) : [],
    ]
  })
}

/** The function that takes some rows through all positions; its parameters are the addresses of their y, context, x and log|det|. */
function blockFunction(module: WasmModule, spec: SweepSpec, count: number): number {
  const { turn, dimensions, context, parameters, widths, activation, at } = spec
  const panels = Math.ceil(count / PANEL)
  const hidden = widths.length - 1
  const take = (from: Code, stride: number): Code => call(takeFunction(module, stride, count), from, i32(at.column))
  const put = (from: number, to: Code, stride: number): Code => call(putFunction(module, stride, count), i32(from), to)
  const layerAt = widths.map((_, l) => at.state + 4 * ROWS * widths.slice(0, l).reduce((a, b) => a + b, 0))
  const sumAt = at.state + 4 * (stateSize(widths) - ROWS)
  return module.function(`sweep ${count} ${JSON.stringify(spec, exact)}`, [I32, I32, I32, I32], [], (body) => {
    const [y, given, x, logDet] = [0, 1, 2, 3] as const
    const [word, unit, feature, raw, offset] = [0, 1, 2, 3, 4].map(() => body.local(I32)) as number[]
    /** The units of a layer that become known, from the table: the first, how many, and of how many they are sums. */
    const layer = (l: number): Code => [
      set(unit!, loadI32(get(word!))),
      call(
        weighFunction(module, { inputs: widths[l - 1]!, unit: LINE, panel: LINE * widths[l]!, ...activation }),
        add(i32(at.kernels[l - 1]!), multiply(get(unit!), i32(4 * widths[l - 1]!))),
        add(i32(at.biases[l - 1]!), multiply(get(unit!), i32(4))),
        i32(layerAt[l - 1]!),
        add(i32(layerAt[l]!), multiply(get(unit!), i32(LINE))),
        loadI32(get(word!), 4),
        loadI32(get(word!), 8),
        i32(panels),
      ),
      moved(word!, 12),
    ]
    const outputs: Code = [
      call(
        weighFunction(module, { inputs: widths[hidden]!, unit: 4 * ROWS, panel: LINE, steps: [], result: { leaf: 0 } }),
        add(i32(at.kernels[hidden]!), multiply(get(raw!), i32(4 * widths[hidden]!))),
        add(i32(at.biases[hidden]!), multiply(get(raw!), i32(4))),
        i32(layerAt[hidden]!),
        i32(at.raw),
        i32(parameters),
        loadI32(get(word!)),
        i32(panels),
      ),
      moved(raw!, parameters),
      moved(word!, 4),
    ]
    const sums = at.slope === undefined ? [] : sumsOf(body, at.slope, sumAt)
    const position: Code = [
      set(offset!, multiply(loadI32(get(word!)), i32(4))),
      moved(word!, 4),
      widths.slice(1).map((_, i) => layer(i + 1)),
      outputs,
      take(add(get(y), get(offset!)), dimensions),
      call(turn),
      put(at.value, add(get(x), get(offset!)), dimensions),
      at.features.map((column) => [panelsOf(body, column, feature!, LINE * widths[0]!), moved(feature!, LINE)]),
      sums,
    ]
    const known = body.local(I32)
    return [
      // rows that there are not have parameters like any others
      count < ROWS ? fillBytes(i32(at.raw), i32(0), i32(4 * ROWS * parameters)) : [],
      at.slope === undefined ? [] : fillBytes(i32(sumAt), i32(0), i32(4 * ROWS)),
      set(word!, i32(at.table)),
      set(raw!, i32(0)),
      set(feature!, i32(layerAt[0]!)),
      context > 0
        ? [
            set(known, get(given)),
            repeat(body, context, [
              take(get(known), context),
              panelsOf(body, at.column, feature!, LINE * widths[0]!),
              moved(known, 4),
              moved(feature!, LINE),
            ]),
          ]
        : [],
      repeat(body, dimensions, position),
      at.logDet === undefined ? [] : put(sumAt, get(logDet), 1),
    ]
  })
}
