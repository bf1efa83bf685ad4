import { sameShape } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Description, optimise } from './build.js'
import { explain } from './explain.js'
import type { Numbers } from './memory.js'
import { Program, verify } from './program.js'
import type { Recording } from './record.js'
import { analyseRows, isRowWise } from './rows/analyse.js'
import { drawn, rowsDrawn, takeOutDraws } from './rows/draws.js'
import { recordRows } from './rows/record-rows.js'
import { RowFunction } from './rows/row-function.js'
import type { ThreadPool } from './threads/pool.js'
import { besideOf, type ListFunction, trace } from './trace.js'

/** A program for inputs of some shapes. */
export interface Runnable {
  /** Planned memory in bytes; undefined where it is the engine's. */
  readonly memoryBytes: number | undefined
  readonly stale: boolean
  /** A table for people. */
  explain(): string
  run(inputs: readonly tf.Tensor[]): tf.Tensor[]
  dispose(): void
}

/** What a function has come to for inputs of some shapes: a program, or the reason why it runs eagerly. */
export interface Variant {
  accepts(inputs: readonly tf.Tensor[]): boolean
  readonly program?: Runnable
  readonly reason?: string
}

/** A program in memory of its own. */
export interface Described extends Runnable {
  readonly description: Description
}

const describedBy = (description: Description): Pick<Described, 'description' | 'memoryBytes' | 'explain'> => ({
  description,
  memoryBytes: description.plan.bytes,
  explain: () => explain(description),
})

/** Takes inputs like the examples; those that are batched, of any one number of rows that is not 0. */
export function accepting(
  examples: readonly tf.Tensor[],
  batched: ReadonlySet<number> = new Set(),
): (inputs: readonly tf.Tensor[]) => boolean {
  const shapes = examples.map(({ shape, dtype }, i) => ({ rest: batched.has(i) ? shape.slice(1) : shape, dtype }))
  return (inputs) => {
    const rows = new Set(inputs.flatMap(({ shape }, i) => (batched.has(i) ? [shape[0] ?? 0] : [])))
    if (inputs.length !== shapes.length || rows.size > 1 || rows.has(0)) return false
    return inputs.every(({ shape, dtype }, i) => {
      const { rest, dtype: own } = shapes[i]!
      return dtype === own && sameShape(batched.has(i) ? shape.slice(1) : shape, rest)
    })
  }
}

/** Fewer rows that are drawn are computed at once. */
const FEWEST_DRAWN = 128

const numbersOf = (tensor: tf.Tensor): Numbers => tensor.dataSync() as Numbers

/**
 * A program for a function: for blocks of rows where they stay apart, else for the examples' shapes. Its first results are checked.
 *
 * @throws EbbflowError `unsupported` where there can be none.
 */
export function variantFor(
  fn: ListFunction,
  examples: readonly tf.Tensor[],
  threads?: ThreadPool,
): Pick<Variant, 'accepts'> & { readonly program: Described } {
  const { found, first } = recordRows(fn, examples)
  if (found) {
    const { recording, optimised, analysis, batched, inputs } = found
    try {
      const source = { analysis, variables: recording.variables, passes: optimised.passes }
      const program = new RowFunction(source, examples[0]!.shape[0]!, threads)
      const shapes = examples.map(({ shape }, i) => (batched.has(i) ? [analysis.rows, ...shape.slice(1)] : shape))
      check(program.run(inputs, analysis.rows), recording.results, (turn) => {
        const given = examples.map(({ dtype }, i) => tf.tensor(inputs[i]!, shapes[i]!, dtype))
        try {
          return besideOf(fn, given, turn)
        } finally {
          tf.dispose(given)
        }
      })
      // a function may do something else to one row alone, where others are broadcast
      if (takesOne(fn, examples, batched, program))
        return { accepts: accepting(examples, batched), program: overRows(program, [...batched][0]!) }
      program.dispose()
    } finally {
      tf.dispose(recording.results)
    }
  }
  const recording = trace(fn, examples, first)
  try {
    const program = overDraws(fn, recording, examples, threads) ?? onWhole(fn, recording, examples)
    return { accepts: accepting(examples), program }
  } finally {
    tf.dispose(recording.results)
  }
}

const overRows = (program: RowFunction, batched: number): Described => ({
  ...describedBy(program.description),
  get stale() {
    return program.stale
  },
  run: (inputs) => program.run(inputs.map(numbersOf), inputs[batched]!.shape[0]!),
  dispose: () => program.dispose(),
})

/** A program for blocks of the rows that are drawn from a key, as a sampler's are: the noise is drawn beside it, row after row. */
function overDraws(
  fn: ListFunction,
  { graph: recorded, variables, results }: Recording,
  examples: readonly tf.Tensor[],
  threads?: ThreadPool,
): Described | undefined {
  const { graph: whole, passes } = optimise(recorded)
  const rows = rowsDrawn(whole)
  if (rows === undefined || rows < FEWEST_DRAWN) return undefined
  const { graph, draws } = takeOutDraws(whole, rows, examples.length)
  const like = [...examples.keys()].filter((i) => examples[i]!.shape[0] === rows)
  const analysis = analyseRows(graph, rows, new Set([...like, ...draws.map(({ index }) => index)]))
  if (!isRowWise(analysis)) return undefined
  const program = new RowFunction({ analysis, variables, passes }, rows, threads)
  const run = (inputs: readonly tf.Tensor[]): tf.Tensor[] => {
    const given = inputs.map(numbersOf)
    return program.run([...given, ...draws.map((draw) => drawn(draw, given[draw.key]!))], rows)
  }
  check(run(examples), results, (turn) => besideOf(fn, examples, turn))
  return {
    ...describedBy(program.description),
    get stale() {
      return program.stale
    },
    run,
    dispose: () => program.dispose(),
  }
}

function check(
  results: readonly tf.Tensor[],
  expected: readonly tf.Tensor[],
  beside: (turn: number) => readonly ArrayLike<number>[],
): void {
  verify(results.map(numbersOf), expected, beside)
  tf.dispose(results as tf.Tensor[])
}

/** Whether the function itself gives the same for the first row alone. */
function takesOne(
  fn: ListFunction,
  examples: readonly tf.Tensor[],
  batched: ReadonlySet<number>,
  program: RowFunction,
): boolean {
  const inputs = examples.map((x, i) => (batched.has(i) ? tf.slice(x, 0, 1) : tf.clone(x)))
  const results: tf.Tensor[] = []
  try {
    // clones, since a result may be a parameter itself
    results.push(...tf.tidy(() => fn([...inputs]).map((result) => tf.clone(result))))
    const made = program.run(inputs.map(numbersOf), 1)
    results.push(...made)
    const expected = results.slice(0, made.length)
    verify(made.map(numbersOf), expected)
    return expected.every(({ shape }, i) => sameShape(shape, made[i]!.shape))
  } catch {
    return false
  } finally {
    tf.dispose([inputs, results])
  }
}

const rowsOf = ([first]: readonly tf.Tensor[]): { rows?: number } =>
  first && first.rank > 0 ? { rows: first.shape[0]! } : {}

/** A program for these shapes alone. */
function onWhole(fn: ListFunction, recording: Recording, examples: readonly tf.Tensor[]): Described {
  const program = new Program(optimise(recording.graph), recording.variables, rowsOf(examples))
  const outputs = [...recording.results.keys()]
  const set = (inputs: readonly tf.Tensor[]): void => {
    for (const [i, input] of inputs.entries()) program.setInput(i, numbersOf(input))
    program.execute()
  }
  set(examples)
  verify(
    outputs.map((i) => program.peek(i)),
    recording.results,
    (turn) => besideOf(fn, examples, turn),
  )
  return {
    ...describedBy(program.built),
    get stale() {
      return program.stale
    },
    run: (inputs) => {
      set(inputs)
      return outputs.map((i) => program.output(i))
    },
    dispose: () => {},
  }
}
