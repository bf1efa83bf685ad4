import type * as tf from '@tensorflow/tfjs-core'
import { type Description, operationsOf } from '../build.js'
import { type Numbers, tensorOf } from '../memory.js'
import { plan } from '../passes/plan.js'
import type { ThreadPool } from '../threads/pool.js'
import { outermost, withRows } from './axis.js'
import { RowProgram, type RowSource } from './row-program.js'
import { stagesOf } from './stages.js'

/** What a block's values between inputs and results may take, so that they stay in a core's own cache. */
const CACHE = 2 ** 20
const [FEWEST, MOST] = [32, 4096]
/** Examples of fewer rows are no sign that all calls will have as few. */
const USUAL = 64
/** Blocks of a few rows, for what is left over, are so much smaller. */
const SMALLER = 8

/** Rows of a block whose values fit the cache: a power of two. */
export function blockFor({ analysis }: RowSource): number {
  const stages = stagesOf(analysis, USUAL)
  const { operations } = operationsOf(stages.rows)
  const fixed = new Map(stages.rows.values.flatMap((_, id) => (analysis.kinds[id] === 'fixed' ? [[id, 0]] : [])))
  const perRow = plan(stages.rows, operations, 0, fixed).bytes / USUAL
  return Math.max(FEWEST, Math.min(MOST, 2 ** Math.floor(Math.log2(CACHE / Math.max(1, perRow)))))
}

/** A function of rows for any number of them: whole blocks by one program, and what is left over by another for a few. */
export class RowFunction {
  readonly #source: RowSource
  readonly #large: RowProgram
  #small: RowProgram | undefined

  /** @param usual Rows of the example, which the threads are to share. */
  constructor(source: RowSource, usual: number, threads?: ThreadPool) {
    this.#source = source
    const share = Math.ceil(usual / (threads?.count ?? 1))
    this.#large = new RowProgram(source, Math.min(blockFor(source), Math.max(USUAL, share)), threads)
  }

  /** Lets threads forget it. */
  dispose(): void {
    this.#large.dispose()
  }

  get description(): Description {
    return this.#large.description
  }

  /** Whether a variable that it reads is gone, so that it has to be recorded anew. */
  get stale(): boolean {
    return this.#large.stale
  }

  /** The results for `rows` rows of the inputs, at least one. */
  run(inputs: readonly Numbers[], rows: number): tf.Tensor[] {
    const { graph, kinds, rows: recorded } = this.#source.analysis
    const large = this.#large
    const whole = rows - (rows % large.block)
    const left = rows - whole
    const few = left > 0 && left <= large.block / 2
    const shapes = graph.outputs.map(({ value, shape }) =>
      kinds[value] === 'rows' ? withRows(shape, outermost(shape, recorded)!.axis, recorded, rows) : [...shape],
    )
    const dtypes = graph.outputs.map(({ value }) => graph.values[value]!.dtype)
    const results = shapes.map((shape, i) => numbersOf(shape, dtypes[i]!))
    if (whole > 0 || !few) {
      large.prepare(inputs)
      large.run(inputs, results, 0, few ? whole : rows)
    }
    if (few) {
      this.#small ??= new RowProgram(this.#source, Math.max(1, Math.ceil(large.block / SMALLER)))
      this.#small.prepare(inputs)
      this.#small.run(inputs, results, whole, rows)
    }
    const ran = whole > 0 || !few ? large : this.#small!
    return shapes.map((shape, i) => {
      const fixed = kinds[graph.outputs[i]!.value] !== 'rows'
      return tensorOf(fixed ? ran.fixed(i).slice() : results[i]!, shape, dtypes[i]!)
    })
  }
}

function numbersOf(shape: readonly number[], dtype: tf.DataType): Numbers {
  const size = shape.reduce((a, b) => a * b, 1)
  return dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
}
