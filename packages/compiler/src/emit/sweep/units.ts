import { exact } from '../../exact.js'
import { type Code, get, I32, i32, load, loadSplat, set, store, V128, when } from '../code.js'
import { multiplyAdd } from '../fused.js'
import type { Body, WasmModule } from '../module.js'
import { moved, repeat, some } from '../repeat.js'
import { coerced, computeSteps, type LoopStep, type Ref } from '../steps.js'
import { LINE, PANEL } from './layout.js'

export interface WeighSpec {
  /** Units of the layer before: from the weights of one unit to those of the next. */
  readonly inputs: number
  /** Bytes from one unit to the next of what is written, and from one panel to the next. */
  readonly unit: number
  readonly panel: number
  readonly steps: readonly LoopStep[]
  readonly result: Ref
}

/**
 * The function that computes units of a layer for panels of rows: parameters the weights and biases of the first, the activations of the layer
 * before, where the units' own go, how many units, of how many before them each is a sum, and how many panels.
 */
export function weighFunction(module: WasmModule, spec: WeighSpec): number {
  return module.function(`sweep units ${JSON.stringify(spec, exact)}`, Array(7).fill(I32), [], (body) =>
    new Units(module, spec, body).all(),
  )
}

const [WEIGHTS, BIAS, FROM, TO, COUNT, DEPTH, PANELS] = [0, 1, 2, 3, 4, 5, 6] as const

class Units {
  readonly #module: WasmModule
  readonly #spec: WeighSpec
  readonly #body: Body

  constructor(module: WasmModule, spec: WeighSpec, body: Body) {
    this.#module = module
    this.#spec = spec
    this.#body = body
  }

  /** Four units at a time, then two, then one: fewer units go with more rows, so that there are enough sums at a time. */
  all(): Code {
    const left = this.#body.local(I32)
    return [
      some(this.#body, quotient(get(COUNT), 2), this.#units(4, 2)),
      set(left, remainder(get(COUNT), 3)),
      when(quotient(get(left), 1), this.#units(2, 4)),
      when(remainder(get(left), 1), this.#units(1, 4)),
    ]
  }

  /** Some units for all panels, so many vectors of rows at a time. */
  #units(units: number, vectors: number): Code {
    const { inputs, unit, panel } = this.#spec
    const body = this.#body
    const [from, to] = [body.local(I32), body.local(I32)]
    const parts = PANEL / 4 / vectors
    const tile: Code = [this.#tile(units, vectors, from, to), moved(from, 16 * vectors), moved(to, 16 * vectors)]
    return [
      set(from, get(FROM)),
      set(to, get(TO)),
      some(body, get(PANELS), [repeat(body, parts, tile), moved(from, LINE * inputs - LINE), moved(to, panel - LINE)]),
      moved(WEIGHTS, 4 * inputs * units),
      moved(BIAS, 4 * units),
      moved(TO, unit * units),
    ]
  }

  #tile(units: number, vectors: number, from: number, to: number): Code {
    const { inputs, unit, steps, result } = this.#spec
    const body = this.#body
    const [weights, rows] = [body.local(I32), body.local(I32)]
    const scalar = body.local(V128)
    const columns = Array.from({ length: vectors }, () => body.local(V128))
    const sums = Array.from({ length: units }, () => columns.map(() => body.local(V128)))
    const code: Code[] = [
      set(weights, get(WEIGHTS)),
      set(rows, get(from)),
      sums.map(([first, ...more], u) => [
        set(first!, loadSplat(get(BIAS), 4 * u)),
        more.map((sum) => set(sum, get(first!))),
      ]),
      some(body, get(DEPTH), [
        columns.map((column, v) => set(column, load(get(rows), 16 * v))),
        sums.map((list, u) => [
          set(scalar, loadSplat(get(weights), 4 * u * inputs)),
          list.map((sum, v) => set(sum, multiplyAdd(get(scalar), get(columns[v]!), get(sum)))),
        ]),
        moved(weights, 4),
        moved(rows, LINE),
      ]),
    ]
    const keep = (instruction: Code): void => void code.push(instruction)
    for (const [u, list] of sums.entries())
      for (const [v, sum] of list.entries()) {
        const leaves = [{ code: get(sum), lanes: 'float' }] as const
        const value = computeSteps(this.#module, body, steps, { leaves }, keep)(result)
        code.push(store(get(to), coerced(value, 'float32'), unit * u + 16 * v))
      }
    return code
  }
}

/** A number shifted to the right by so many bits, and what is left of it. */
const quotient = (x: Code, bits: number): Code => [x, i32(bits), 0x76]
const remainder = (x: Code, mask: number): Code => [x, i32(mask), 0x71]
