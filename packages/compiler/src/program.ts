import { EbbflowError, type Shape } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type BuildOptions, type Built, build, optimise } from './build.js'
import type { ValueId } from './graph.js'
import type { Recording } from './record.js'
import { execute } from './start.js'

/** The live values of a program: what must be copied into its memory before it runs. */
interface Live {
  readonly id: ValueId
  readonly variable: tf.Variable
  /** The data that the program's memory holds. */
  seen: tf.DataId | undefined
}

/** A recorded function in memory of its own. */
export class Program {
  readonly built: Built
  readonly #inputs: readonly ValueId[]
  readonly #live: Live[] = []

  constructor(recording: Recording, options?: BuildOptions) {
    this.built = build(optimise(recording.graph), options)
    const inputs: ValueId[] = []
    for (const [id, { origin }] of recording.graph.values.entries()) {
      if (!this.built.plan.address.has(id)) continue
      if (origin.kind === 'input') inputs[origin.index] = id
      if (origin.kind === 'variable')
        this.#live.push({ id, variable: recording.variables[origin.index]!, seen: undefined })
    }
    this.#inputs = inputs
  }

  /** Whether a variable that it reads is gone, so that it has to be recorded anew. */
  get stale(): boolean {
    return this.#live.some(({ variable }) => variable.isDisposed)
  }

  /** Copies an input into the program's memory. */
  setInput(index: number, values: ArrayLike<number>): void {
    const id = this.#inputs[index]
    if (id !== undefined) this.built.memory.values(id).set(values)
  }

  /** Copies in the variables that were assigned to since the last run. */
  refresh(): void {
    for (const live of this.#live) {
      if (live.seen === live.variable.dataId) continue
      this.built.memory.write(live.id, live.variable)
      live.seen = live.variable.dataId
    }
  }

  /** Takes the memory's numbers for those of a variable, which has been given them. */
  adopt(variable: tf.Variable): void {
    for (const live of this.#live) if (live.variable === variable) live.seen = variable.dataId
  }

  /** Runs it on what its memory holds. */
  execute(): void {
    this.refresh()
    execute(this.built.exports.run!)
  }

  get outputs(): number {
    return this.built.graph.outputs.length
  }

  /** A result where it lies, which the next run overwrites. */
  peek(i: number): Float32Array | Int32Array {
    return this.built.memory.values(this.built.graph.outputs[i]!.value)
  }

  /** A result as a tensor. */
  output(i: number): tf.Tensor {
    const { value, shape } = this.built.graph.outputs[i]!
    return this.built.memory.tensor(value, shape)
  }
}

/** How far results may be from the engine's, relative to the largest of an output: conditioning may enlarge rounding by this much. */
const TOLERANCE = 0.02

/**
 * Compares a program's first results with those of the recording.
 *
 * @throws EbbflowError `unsupported` where they do not agree.
 */
export function verify(program: Program, results: readonly tf.Tensor[]): void {
  for (const [i, expected] of results.entries()) {
    const want = expected.dataSync() as ArrayLike<number>
    const got = program.peek(i)
    let scale = 1e-6
    for (let j = 0; j < want.length; j++) if (Number.isFinite(want[j]!)) scale = Math.max(scale, Math.abs(want[j]!))
    for (let j = 0; j < want.length; j++) {
      if (agrees(want[j]!, got[j]!, TOLERANCE * scale)) continue
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

function agrees(want: number, got: number, tolerance: number): boolean {
  if (Number.isNaN(want)) return Number.isNaN(got)
  return want === got || Math.abs(want - got) <= tolerance
}

/** What programs are told apart by. */
export const signatureOf = (inputs: readonly { shape: Shape; dtype: string }[]): string =>
  inputs.map(({ shape, dtype }) => `${dtype}[${shape}]`).join(' ')
