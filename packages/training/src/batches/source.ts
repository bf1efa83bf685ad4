import { check, EbbflowError, type Rng } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Pace } from '../pace.js'
import { type Block, type Dataset, gather, type PerRow, type Takes, toDataset, weightScale } from './dataset.js'
import type { RowsLike } from './rows.js'
import { divide, range, Sampler } from './sampler.js'

/** A mini-batch of a stream that has something beside its rows. */
export interface StreamBatch extends PerRow {
  readonly data: RowsLike
}

/**
 * A stream of mini-batches, used as they come; when it ends it is asked for again, and the fit is over when nothing comes then.
 * Tensors in it stay the stream's own: it may free one when asked for the next.
 */
export type Stream = AsyncIterable<RowsLike | StreamBatch>

/** Which rows are held out: a fraction of them drawn by the seed, rows by their place in the data, or rows of their own. */
export type Validation = number | { readonly indices: ArrayLike<number> } | ({ readonly data: RowsLike } & PerRow)

/** Where mini-batches come from. */
export interface Source {
  /** Mini-batch number `step`, or undefined when a stream is over. */
  next(step: number): Promise<Block | undefined>
  /** Tells a stream that no more is wanted. */
  close(): Promise<void>
}

/** How the data are to be dealt out. */
export interface SourceOptions extends PerRow {
  readonly batchSize?: number | undefined
  readonly validation?: Validation | undefined
  readonly rng: Rng
}

const DEFAULT_BATCH = 256

/** Checks the data and divides them into a source of mini-batches and the rows held out. */
export async function openSource(
  data: RowsLike | Stream,
  options: SourceOptions,
  flow: Takes,
  pace: Pace,
): Promise<{ source: Source; held?: { dataset: Dataset; index: Int32Array }; batchSize: number; rows?: number }> {
  const { validation, rng } = options
  const own = typeof validation === 'object' && 'data' in validation
  const separate = own ? await toDataset(validation.data, validation, flow, pace, 'validation data') : undefined
  const held = separate && { dataset: separate, index: range(separate.table.rows) }
  if (isStream(data)) {
    check(validation === undefined || own, 'a stream cannot be divided', { expected: 'validation: { data }' })
    check(!options.context && !options.weights, 'a stream brings its own context and weights', {
      expected: 'batches of the form { data, context, weights }',
    })
    return {
      source: streaming(data, flow, pace),
      batchSize: options.batchSize ?? DEFAULT_BATCH,
      ...(held && { held }),
    }
  }
  const dataset = await toDataset(data, options, flow, pace)
  const { rows } = dataset.table
  const [heldIndex, pool] =
    own || validation === undefined ? [undefined, range(rows)] : await split(validation, rows, rng, pace)
  // a size that nobody chose gives way to a small dataset
  const batchSize = options.batchSize ?? Math.min(DEFAULT_BATCH, Math.max(1, pool.length))
  if (pool.length < batchSize)
    throw new EbbflowError('data', 'fewer training rows than a batch', {
      expected: `at least ${batchSize}`,
      received: `${pool.length}${heldIndex ? ` (and ${heldIndex.length} held out)` : ''}`,
    })
  const sampler = new Sampler(pool, batchSize, rng.split('batches'), pace)
  const scale = weightScale(dataset.weights, pool)
  const source: Source = {
    next: async (step) => gather(dataset, await sampler.rows(step), scale),
    close: async () => {},
  }
  const mine = heldIndex && { dataset, index: heldIndex }
  return { source, batchSize, rows: pool.length, ...((held ?? mine) && { held: (held ?? mine)! }) }
}

async function split(
  validation: number | { indices: ArrayLike<number> },
  rows: number,
  rng: Rng,
  pace: Pace,
): Promise<[Int32Array, Int32Array]> {
  if (typeof validation === 'number') {
    check(validation > 0 && validation < 1, 'the validation fraction must lie between 0 and 1', {
      received: `${validation}`,
    })
    return divide(rows, Math.max(1, Math.round(validation * rows)), rng.split('validation'), pace)
  }
  const index = Int32Array.from(validation.indices)
  check(index.length > 0, 'no validation rows are given')
  const taken = new Uint8Array(rows)
  index.forEach((row, i) => {
    if (row !== validation.indices[i] || row < 0 || row >= rows || taken[row])
      throw new EbbflowError('data', 'validation rows must be different rows of the data', {
        expected: `whole numbers from 0 to ${rows - 1}, each once`,
        received: `${validation.indices[i]}`,
      })
    taken[row] = 1
  })
  return [index, range(rows).filter((row) => !taken[row])]
}

/** Whether data come as a stream. */
export function isStream(data: unknown): data is Stream {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data
}

function streaming(data: Stream, flow: Takes, pace: Pace): Source {
  let iterator = data[Symbol.asyncIterator]()
  return {
    async next(step) {
      let item = await iterator.next()
      if (item.done) {
        iterator = data[Symbol.asyncIterator]()
        item = await iterator.next()
      }
      if (item.done) return undefined
      const batch = item.value
      const { data: rows, ...beside } = isStreamBatch(batch) ? batch : { data: batch }
      const dataset = await toDataset(rows, beside, flow, pace, `batch ${step}`)
      const index = range(dataset.table.rows)
      const { index: _place, ...block } = gather(dataset, index, weightScale(dataset.weights, index))
      return block
    },
    async close() {
      await iterator.return?.()
    },
  }
}

// a tensor has a method of that name
const isStreamBatch = (batch: RowsLike | StreamBatch): batch is StreamBatch =>
  typeof batch === 'object' && 'data' in batch && !(batch instanceof tf.Tensor)
