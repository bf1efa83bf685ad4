import { EbbflowError } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type BuildOptions, type Built, build, type Optimised } from './build.js'
import { Failures } from './failures.js'
import type { Graph, ValueId } from './graph.js'
import type { Memory, Numbers } from './memory.js'
import { execute } from './start.js'

/** The variables that a graph reads, whose numbers its memory must hold when it runs. */
export class Variables {
  readonly #live: { readonly id: ValueId; readonly variable: tf.Variable; seen: tf.DataId | undefined }[] = []

  constructor(variables: readonly tf.Variable[], graph: Graph, placed: { has(id: ValueId): boolean }) {
    for (const [id, { origin }] of graph.values.entries())
      if (origin.kind === 'variable' && placed.has(id))
        this.#live.push({ id, variable: variables[origin.index]!, seen: undefined })
  }

  /** Whether one of them is gone, so that the function has to be recorded anew. */
  get stale(): boolean {
    return this.#live.some(({ variable }) => variable.isDisposed)
  }

  /** Copies those in that were assigned to since the last time; whether there were any. */
  refresh(memory: Memory): boolean {
    let changed = false
    for (const live of this.#live) {
      if (live.seen === live.variable.dataId) continue
      memory.write(live.id, live.variable)
      live.seen = live.variable.dataId
      changed = true
    }
    return changed
  }

  /** Takes the memory's numbers for those of a variable, which has been given them. */
  adopt(variable: tf.Variable): void {
    for (const live of this.#live) if (live.variable === variable) live.seen = variable.dataId
  }
}

/** A recorded function in memory of its own. */
export class Program {
  readonly built: Built
  readonly #inputs: readonly ValueId[]
  readonly #variables: Variables
  readonly #failures: Failures

  constructor(optimised: Optimised, variables: readonly tf.Variable[], options?: BuildOptions) {
    this.built = build(optimised, options)
    const { graph, plan, operations, memory } = this.built
    this.#failures = new Failures(operations, memory)
    const inputs: ValueId[] = []
    for (const [id, { origin }] of graph.values.entries())
      if (origin.kind === 'input' && plan.address.has(id)) inputs[origin.index] = id
    this.#inputs = inputs
    this.#variables = new Variables(variables, graph, plan.address)
  }

  /** Whether a variable that it reads is gone, so that it has to be recorded anew. */
  get stale(): boolean {
    return this.#variables.stale
  }

  /** Copies an input into the program's memory. */
  setInput(index: number, values: ArrayLike<number>): void {
    const id = this.#inputs[index]
    if (id !== undefined) this.built.memory.values(id).set(values)
  }

  /** Takes the memory's numbers for those of a variable, which has been given them. */
  adopt(variable: tf.Variable): void {
    this.#variables.adopt(variable)
  }

  /** Runs it on what its memory holds. */
  execute(): void {
    this.#variables.refresh(this.built.memory)
    this.#failures.clear()
    execute(this.built.exports.run!)
    this.#failures.check()
  }

  get outputs(): number {
    return this.built.graph.outputs.length
  }

  /** A result where it lies, which the next run overwrites. */
  peek(i: number): Numbers {
    return this.built.memory.values(this.built.graph.outputs[i]!.value)
  }

  /** A result as a tensor. */
  output(i: number): tf.Tensor {
    const { value, shape } = this.built.graph.outputs[i]!
    return this.built.memory.tensor(value, shape)
  }
}

/** How far results may be from the engine's, relative to the largest of an output: conditioning may enlarge rounding by this much. */
const TOLERANCE = 0.005
/** Outputs below this part of the largest of all may be nothing but rounding, as the gradient of what a normalisation takes away. */
const FAINT = 1e-4
/** Of two that are below this part of it, nothing tells one rounding from another: sums of some hundred numbers leave as much. */
const ROUNDING = 1e-5

/** How often results may be from the engine's by as much as its own move where the inputs do by a few units in the last place. */
const MOVES = 8
/** How often it is tried how far they move, each time with larger steps. */
const TURNS = 6
/** Farther than this part of the largest of an output they may never be. */
const MOST = 0.5

/**
 * Compares a program's first results with those of the recording. Where they are far from each other, `beside` tells what the engine makes of
 * inputs a few units in the last place away: what is ill-conditioned differs by rounding alone.
 *
 * @throws EbbflowError `unsupported` where they do not agree.
 */
export function verify(
  results: readonly ArrayLike<number>[],
  expected: readonly tf.Tensor[],
  beside?: (turn: number) => readonly ArrayLike<number>[],
): void {
  const moves: (readonly ArrayLike<number>[])[] = []
  const all = expected.map((tensor) => tensor.dataSync() as ArrayLike<number>)
  const sizes = all.map(largest)
  const most = Math.max(...sizes)
  const moved = (i: number, turn: number): number => {
    moves[turn] ??= beside!(turn)
    return farthest(all[i]!, moves[turn][i]!)
  }
  const explained = (i: number, far: number, scale: number): boolean => {
    if (!beside || !(far <= MOST * scale)) return false
    for (let turn = 0; turn < TURNS; turn++) if (far <= MOVES * moved(i, turn)) return true
    return false
  }
  for (const [i, want] of all.entries()) {
    const got = results[i]!
    if (Math.max(sizes[i]!, largest(got)) <= ROUNDING * most && finite(want) && finite(got)) continue
    const scale = Math.max(1e-6, FAINT * most, sizes[i]!)
    const tolerance = TOLERANCE * scale
    for (let j = apartFrom(0, want, got, tolerance); j < want.length; j = apartFrom(j + 1, want, got, tolerance)) {
      if (explained(i, Math.abs(want[j]! - got[j]!), scale)) continue
      throw new EbbflowError(
        'unsupported',
        `a compiled result differs from the engine's at output ${i}, element ${j}`,
        {
          expected: `${want[j]}`,
          received: `${got[j]}`,
        },
      )
    }
  }
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const far = Math.abs(a[i]! - b[i]!)
    if (Number.isFinite(far)) most = Math.max(most, far)
  }
  return most
}

function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!)
    if (size > most && size < Number.POSITIVE_INFINITY) most = size
  }
  return most
}

function finite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false
  return true
}

/** The first element from one on of which two lists do not agree; their length where all do. */
function apartFrom(start: number, want: ArrayLike<number>, got: ArrayLike<number>, tolerance: number): number {
  let i = start
  while (i < want.length && (Math.abs(want[i]! - got[i]!) <= tolerance || agrees(want[i]!, got[i]!, tolerance))) i += 1
  return i
}

function agrees(want: number, got: number, tolerance: number): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got)
  return want === got || Math.abs(want - got) <= tolerance
}
