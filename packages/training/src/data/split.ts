import { EbbflowError, Rng } from '@ebbflow/core'

/** Numbers of the rows of each part, ascending. */
export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Parts rows into training, validation and test ones, about 8 : 1 : 1.
 *
 * `index`: rows whose number (from 0) modulo 10 is 0 to test, 1 to validation; `random`: the same shares of a seeded permutation.
 *
 * @throws EbbflowError `data` when a part would be empty.
 */
export function splitRows(rows: number, kind: 'index' | 'random' = 'index', seed: number | string = 0): Split {
  if (rows < 3)
    throw new EbbflowError('data', 'too few rows for a training, a validation and a test part', {
      expected: 'at least 3',
      received: `${rows}`,
    })
  const place = kind === 'random' ? Rng.seed(seed).split('split').permutation(rows) : undefined
  const parts: { train: number[]; validation: number[]; test: number[] } = { train: [], validation: [], test: [] }
  for (let r = 0; r < rows; r++) {
    const digit = (place ? place[r]! : r) % 10
    parts[digit === 0 ? 'test' : digit === 1 ? 'validation' : 'train'].push(r)
  }
  return {
    train: Int32Array.from(parts.train),
    validation: Int32Array.from(parts.validation),
    test: Int32Array.from(parts.test),
  }
}
