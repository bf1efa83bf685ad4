import type { DataType } from '@tensorflow/tfjs-core'
import {
  add,
  bits,
  type Code,
  f,
  firstLanes,
  floats,
  get,
  I32,
  i32,
  set,
  shuffle,
  storeLane,
  times,
  V128,
} from './code.js'
import { asFloat, type Operand } from './elementwise.js'
import { hoistConstants } from './hoist.js'
import { loadLanes, storeLanes } from './lanes.js'
import type { Body, WasmModule } from './module.js'
import { coerced, computeSteps, type LoopStep, lanesOf, type Ref, textOf } from './steps.js'

export type Reduction = 'Sum' | 'Max' | 'Min' | 'Prod'

/** What a loop writes. */
export interface LoopOutput {
  readonly ref: Ref
  readonly strides: readonly number[]
  readonly dtype: DataType
}

/**
 * A nest of loops over axes, the last one four numbers at a time: it reads leaves through strides, computes steps, and writes outputs
 * through strides, or the reduction of its one output along some axes.
 */
export interface LoopSpec {
  readonly sizes: readonly number[]
  readonly leaves: readonly { readonly strides: readonly number[]; readonly dtype: DataType }[]
  readonly steps: readonly LoopStep[]
  readonly outputs: readonly LoopOutput[]
  /** Which axes are reduced, and how. */
  readonly reduce?: { readonly axes: readonly boolean[]; readonly kind: Reduction }
  /** Whether a single loop may write up to the next multiple of four. */
  readonly padded: boolean
}

const IDENTITY: Readonly<Record<Reduction, number>> = {
  Sum: 0,
  Max: Number.NEGATIVE_INFINITY,
  Min: Number.POSITIVE_INFINITY,
  Prod: 1,
}
const COMBINE = { Sum: f.add, Max: f.max, Min: f.min, Prod: f.mul } as const

/** The function that runs a loop; its parameters are the addresses of the leaves, then of the outputs. */
export function loopFunction(module: WasmModule, spec: LoopSpec): number {
  const pointers = spec.leaves.length + spec.outputs.length
  return module.function(`loop ${textOf(spec, spec)}`, Array(pointers).fill(I32), [], (body) =>
    hoistConstants(new LoopWriter(module, spec, body).write(), body),
  )
}

class LoopWriter {
  readonly #module: WasmModule
  readonly #spec: LoopSpec
  readonly #body: Body
  /** Strides in elements of every pointer along every axis. */
  readonly #strides: readonly (readonly number[])[]

  constructor(module: WasmModule, spec: LoopSpec, body: Body) {
    this.#module = module
    this.#spec = spec
    this.#body = body
    this.#strides = [...spec.leaves, ...spec.outputs].map(({ strides }) => strides)
  }

  write(): Code {
    const { sizes, reduce } = this.#spec
    if (sizes.length === 0) return this.#vectors(undefined)
    const last = sizes.length - 1
    if (!reduce)
      return this.#nest(
        this.#axes((axis) => axis !== last),
        () => this.#vectors(last),
      )
    const outer = this.#axes((axis) => !reduce.axes[axis] && axis !== last)
    if (!reduce.axes[last]) return this.#nest(outer, () => this.#reduceAcross(last))
    return this.#nest(outer, () => this.#reduceAlong(last))
  }

  #axes(wanted: (axis: number) => boolean): number[] {
    return [...this.#spec.sizes.keys()].filter(wanted)
  }

  /** Loops over axes, outermost first, with all pointers moved along. */
  #nest(axes: readonly number[], inner: () => Code): Code {
    if (axes.length === 0) return inner()
    const [axis, ...rest] = axes
    const size = this.#spec.sizes[axis!]!
    return this.#repeat(size, () => [this.#nest(rest, inner), this.#move(axis!, 1)], axis!)
  }

  /** Runs a body `count` times that moves the pointers along `axis`, then moves them back. */
  #repeat(count: number, body: () => Code, axis: number, moved = count): Code {
    if (count === 0) return []
    const back = this.#move(axis, -moved)
    if (count === 1) return [body(), back]
    const counter = this.#body.local(I32)
    return [times(counter, count, body()), back]
  }

  #move(axis: number, steps: number): Code {
    return this.#strides.flatMap((strides, p) => {
      const bytes = 4 * strides[axis]! * steps
      return bytes === 0 ? [] : [set(p, add(get(p), i32(bytes)))]
    })
  }

  /** Writes along the last axis. */
  #vectors(axis: number | undefined): Code {
    const { sizes, padded } = this.#spec
    if (axis === undefined) return this.#writeOut(axis, 1)
    const size = sizes[axis]!
    // lanes that lie apart would be read from places that are not the program's
    const together = this.#strides.every((strides) => strides[axis] === 0 || strides[axis] === 1)
    const alone = sizes.length === 1 && padded && together
    const full = alone ? Math.ceil(size / 4) : Math.floor(size / 4)
    const tail = alone ? 0 : size % 4
    const one = (): Code => [this.#writeOut(axis, 4), this.#move(axis, 4)]
    if (tail === 0) return this.#repeat(full, one, axis, 4 * full)
    if (full === 0) return this.#writeOut(axis, tail)
    // the pointers stay where the full vectors end
    return [this.#advance(full, one), this.#writeOut(axis, tail), this.#move(axis, -4 * full)]
  }

  #advance(count: number, one: () => Code): Code {
    if (count === 0) return []
    if (count === 1) return one()
    const counter = this.#body.local(I32)
    return times(counter, count, one())
  }

  #writeOut(axis: number | undefined, lanes: number): Code {
    const code: Code[] = []
    const value = this.#compute(axis, lanes, 0, code)
    for (const [i, output] of this.#spec.outputs.entries()) {
      const pointer = get(this.#spec.leaves.length + i)
      const operand = value(output.ref)
      const bits = this.#body.hold(V128, coerced(operand, output.dtype), (c) => code.push(c))
      code.push(storeLanes(pointer, bits, lanes, axis === undefined ? 1 : output.strides[axis]!))
    }
    return code
  }

  /** Computes all steps on four lanes, `at` vectors along the axis, and tells what a reference then is. */
  #compute(axis: number | undefined, lanes: number, at: number, code: Code[]): (ref: Ref) => Operand {
    const { leaves, steps } = this.#spec
    const hold = (value: Code): Code => this.#body.hold(V128, value, (c) => code.push(c))
    const loaded = leaves.map(({ strides, dtype }, p): Operand => {
      const stride = axis === undefined ? 0 : strides[axis]!
      return { code: hold(loadLanes(get(p), stride, lanes, at)), lanes: lanesOf(dtype) }
    })
    return computeSteps(this.#module, this.#body, steps, { leaves: loaded }, (c) => code.push(c))
  }

  /** Reduces axes before the last, four columns at a time, or sixteen where there are as many. */
  #reduceAcross(last: number): Code {
    const size = this.#spec.sizes[last]!
    const at = (lanes: number, vectors: number): Code => this.#columns(last, lanes, vectors)
    const code: Code[] = []
    let done = 0
    const wide = this.#spec.steps.length <= 8 ? 4 : 2
    const blocks = Math.floor(size / (4 * wide))
    if (blocks > 0) {
      code.push(this.#advance(blocks, () => [at(4, wide), this.#move(last, 4 * wide)]))
      done = blocks * 4 * wide
    }
    const singles = Math.floor((size - done) / 4)
    if (singles > 0) code.push(this.#advance(singles, () => [at(4, 1), this.#move(last, 4)]))
    done += 4 * singles
    if (done < size) code.push(at(size - done, 1))
    code.push(this.#move(last, -done))
    return code
  }

  #columns(last: number, lanes: number, vectors: number): Code {
    const { reduce, outputs, leaves } = this.#spec
    const { kind, axes } = reduce!
    const sums = Array.from({ length: vectors }, () => this.#body.local(V128))
    const reduced = this.#axes((axis) => axes[axis]!)
    const pointer = get(leaves.length)
    return [
      sums.map((sum) => set(sum, floats(IDENTITY[kind]))),
      this.#nest(reduced, () =>
        sums.map((sum, i) => {
          const code: Code[] = []
          const value = this.#compute(last, lanes, i, code)(outputs[0]!.ref)
          return [code, set(sum, COMBINE[kind](get(sum), asFloat(value)))]
        }),
      ),
      sums.map((sum, i) => storeLanes(pointer, get(sum), lanes, outputs[0]!.strides[last]!, i)),
    ]
  }

  /** Reduces the last axis, and others before it. */
  #reduceAlong(last: number): Code {
    const { sizes, reduce, outputs, leaves, steps } = this.#spec
    const { kind, axes } = reduce!
    const combine = COMBINE[kind]
    const full = Math.floor(sizes[last]! / 4)
    const tail = sizes[last]! % 4
    // several sums side by side, since an addition takes longer than its turn
    const wide = full >= 8 && steps.length <= 8 ? 4 : 1
    const sums = Array.from({ length: wide }, () => this.#body.local(V128))
    const into = (sum: number, lanes: number, at: number): Code => {
      const code: Code[] = []
      const value = asFloat(this.#compute(last, lanes, at, code)(outputs[0]!.ref))
      const held = lanes === 4 ? value : bits.select(value, floats(IDENTITY[kind]), firstLanes(lanes))
      return [code, set(sum, combine(get(sum), held))]
    }
    const outerReduced = this.#axes((axis) => axes[axis]! && axis !== last)
    const blocks = Math.floor(full / wide)
    const row = (): Code => [
      this.#advance(blocks, () => [sums.map((sum, i) => into(sum, 4, i)), this.#move(last, 4 * wide)]),
      this.#advance(full - blocks * wide, () => [into(sums[0]!, 4, 0), this.#move(last, 4)]),
      tail > 0 ? into(sums[0]!, tail, 0) : [],
      this.#move(last, -4 * full),
    ]
    const total = this.#body.local(V128)
    const halves = sums.slice(1).reduce<Code>((sum, next) => combine(sum, get(next)), get(sums[0]!))
    return [
      sums.map((sum) => set(sum, floats(IDENTITY[kind]))),
      this.#nest(outerReduced, row),
      set(total, halves),
      set(total, combine(get(total), shuffle(get(total), get(total), [2, 3, 2, 3]))),
      set(total, combine(get(total), shuffle(get(total), get(total), [1, 1, 3, 3]))),
      storeLane(get(leaves.length), get(total), 0),
    ]
  }
}
