import { currentBackend, EbbflowError } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { engineParts } from './engine.js'
import { type ListFunction, otherRows, whileRecording } from './trace.js'

/** What the heap of tfjs's WASM backend may grow to, in bytes. */
const HEAP = 2 ** 32 - 2 ** 16
/** What kernels take for themselves, and what is lost between tensors, in parts of the heap: a batch that is advised leaves it free. */
const SPARE = 1 / 8
/** Fewer rows are recorded without asking first. */
const MANY = 8192
/** Rows that are few, to see what one of them takes: hardly the size of something else. */
const [FEW, MORE] = [61, 127] as const

/**
 * Rows that could be recorded, where those of the examples outgrow the engine's memory: of a batch, each row takes as much as another, so that
 * runs on a few rows tell. Undefined where they fit into such a part of it, as where a run on fewer rows is not possible.
 */
export function rowsWithRoom(fn: ListFunction, examples: readonly tf.Tensor[], part = 1): number | undefined {
  const rows = examples[0]?.shape[0] ?? 0
  if (rows < MANY || currentBackend() !== 'wasm') return undefined
  const [few, more] = [FEW, MORE].map((some) => bytesFor(fn, examples, rows, some))
  if (few === undefined || more === undefined) return undefined
  const perRow = Math.max(0, more - few) / (MORE - FEW)
  const room = HEAP - tf.memory().numBytes - Math.max(0, few - FEW * perRow)
  return rows * perRow <= part * room ? undefined : Math.max(1, Math.floor(((1 - SPARE) * room) / perRow))
}

/**
 * Refuses to record what would outgrow the engine's memory, which would be left unusable.
 *
 * @throws EbbflowError `argument`, with the batch that would fit.
 */
export function checkRoom(fn: ListFunction, examples: readonly tf.Tensor[]): void {
  const fit = rowsWithRoom(fn, examples)
  if (fit === undefined) return
  throw new EbbflowError('argument', "a batch outgrows the memory of tfjs's WASM backend while it is recorded", {
    expected: `at most ${fit} rows`,
    received: `${examples[0]!.shape[0]}`,
  })
}

/** The most bytes that a run on so many rows holds at a time; undefined where it is not possible. */
function bytesFor(fn: ListFunction, examples: readonly tf.Tensor[], rows: number, some: number): number | undefined {
  const engine = engineParts()
  const { runKernel } = engine
  const inputs = examples.map((x) => (x.shape[0] === rows ? otherRows(x, some) : tf.clone(x)))
  const before = tf.memory().numBytes
  let most = 0
  engine.runKernel = (...args) => {
    const out = runKernel.apply(engine, args)
    most = Math.max(most, engine.state.numBytes - before)
    return out
  }
  try {
    whileRecording(() => tf.tidy(() => void fn(inputs)))
    return most
  } catch {
    return undefined
  } finally {
    engine.runKernel = runKernel
    tf.dispose(inputs)
  }
}
