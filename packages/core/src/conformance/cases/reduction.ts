import * as tf from '@tensorflow/tfjs-core'
import { b, f, i, ints, type KernelCase } from '../case.js'

const NONE: readonly number[] = []
type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor

const reduction = (name: string, run: Reduce, more: Partial<KernelCase> = {}): KernelCase[] => [
  { kernel: name, name: `${name} all`, inputs: [f([3, 4])], run: (x) => run(x!), empty: [[0, 3]], ...more },
  { kernel: name, name: `${name} last`, inputs: [f([2, 3, 4])], run: (x) => run(x!, -1), empty: [[0, 3]], ...more },
  { kernel: name, name: `${name} first`, inputs: [f([3, 4])], run: (x) => run(x!, 0), empty: [[0, 3]], ...more },
  { kernel: name, name: `${name} keep`, inputs: [f([2, 3, 4])], run: (x) => run(x!, [0, 2], true), ...more },
]

const over = (name: string, run: Reduce, dtype: 'int32' | 'bool'): KernelCase => ({
  kernel: name,
  name: `${name} ${dtype}`,
  inputs: [dtype === 'bool' ? b([3, 4]) : i([3, 4])],
  run: (x) => run(x!, 1),
  wrt: NONE,
  empty: [[0, 3]],
})

const cumulative = (
  name: string,
  run: (x: tf.Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => tf.Tensor,
): KernelCase[] => [
  { kernel: name, name, inputs: [f([3, 4])], run: (x) => run(x!, 1), empty: [[2, 0]] },
  { kernel: name, name: `${name} first`, inputs: [f([3, 2, 2])], run: (x) => run(x!, 0), empty: [[0, 2, 2]] },
  { kernel: name, name: `${name} exclusive`, inputs: [f([3, 4])], run: (x) => run(x!, 1, true) },
  { kernel: name, name: `${name} reverse`, inputs: [f([3, 4])], run: (x) => run(x!, 1, false, true) },
  { kernel: name, name: `${name} both`, inputs: [f([3, 4])], run: (x) => run(x!, 1, true, true) },
]

const noSpecial = { special: false, wrt: NONE }

/** Reductions, running sums, order. */
export const reductionCases: readonly KernelCase[] = [
  ...reduction('Sum', tf.sum),
  // the mean of nothing is NaN in TensorFlow and 0 in tfjs
  ...reduction('Mean', tf.mean).map(({ empty, ...c }) => (c.name === 'Mean last' && empty ? { ...c, empty } : c)),
  ...reduction('Prod', tf.prod),
  ...reduction('Max', tf.max).map(({ empty: _, ...c }) => c),
  ...reduction('Min', tf.min).map(({ empty: _, ...c }) => c),
  { kernel: 'Max', name: 'Max empty', inputs: [f([2, 3])], run: (x) => tf.max(x!, 1), empty: [[0, 3]] },
  { kernel: 'Min', name: 'Min empty', inputs: [f([2, 3])], run: (x) => tf.min(x!, 1), empty: [[0, 3]] },
  over('Sum', tf.sum, 'int32'),
  over('Sum', tf.sum, 'bool'),
  over('Prod', tf.prod, 'int32'),
  over('Max', tf.max, 'int32'),
  over('Min', tf.min, 'int32'),
  over('All', tf.all, 'bool'),
  over('Any', tf.any, 'bool'),
  { kernel: 'All', name: 'All keep', inputs: [b([2, 3, 4])], run: (x) => tf.all(x!, [0, 2], true), wrt: NONE },
  { kernel: 'Any', name: 'Any keep', inputs: [b([2, 3, 4])], run: (x) => tf.any(x!, [0, 2], true), wrt: NONE },
  {
    kernel: 'ArgMax',
    name: 'ArgMax',
    inputs: [f([3, 4])],
    run: (x) => tf.argMax(x!, 1),
    empty: [[0, 4]],
    ...noSpecial,
  },
  { kernel: 'ArgMax', name: 'ArgMax first', inputs: [f([3, 2, 2])], run: (x) => tf.argMax(x!, 0), ...noSpecial },
  {
    kernel: 'ArgMin',
    name: 'ArgMin',
    inputs: [f([3, 4])],
    run: (x) => tf.argMin(x!, 1),
    empty: [[0, 4]],
    ...noSpecial,
  },
  { kernel: 'ArgMin', name: 'ArgMin first', inputs: [f([3, 2, 2])], run: (x) => tf.argMin(x!, 0), ...noSpecial },
  ...cumulative('Cumsum', tf.cumsum),
  ...cumulative('Cumprod', tf.cumprod),
  {
    kernel: 'Cumsum',
    name: 'Cumsum int32',
    inputs: [i([3, 4])],
    run: (x) => tf.cumsum(x!, 1),
    wrt: NONE,
    empty: [[2, 0]],
  },
  {
    kernel: 'Softmax',
    name: 'Softmax',
    inputs: [f([3, 4])],
    run: (x) => tf.softmax(x!),
    empty: [[0, 4]],
  },
  {
    kernel: 'TopK',
    name: 'TopK',
    inputs: [f([3, 5])],
    run: (x) => {
      const { values, indices } = tf.topk(x!, 3)
      return [values, indices]
    },
    special: false,
  },
  {
    kernel: 'SearchSorted',
    name: 'SearchSorted left',
    inputs: [
      { ...f([2, 4]), values: [-1.5, -0.5, 0.5, 1.5] },
      { ...f([2, 5]), values: [-2, -0.5, 0, 1.5, 3] },
    ],
    run: (edges, x) => tf.searchSorted(edges!, x!, 'left'),
    ...noSpecial,
  },
  {
    kernel: 'SearchSorted',
    name: 'SearchSorted right',
    inputs: [
      { ...f([2, 4]), values: [-1.5, -0.5, 0.5, 1.5] },
      { ...f([2, 5]), values: [-2, -0.5, 0, 1.5, 3] },
    ],
    run: (edges, x) => tf.searchSorted(edges!, x!, 'right'),
    ...noSpecial,
  },
  {
    kernel: 'UnsortedSegmentSum',
    name: 'UnsortedSegmentSum',
    inputs: [f([5, 2]), ints([5], [0, 2, 0, 1, 2])],
    run: (x, ids) => tf.unsortedSegmentSum(x!, ids! as tf.Tensor1D, 4),
    empty: [[0, 2], [0]],
  },
  {
    kernel: 'Bincount',
    name: 'Bincount',
    inputs: [i([6], 0, 4), f([6])],
    run: (x, w) => tf.bincount(x! as tf.Tensor1D, w! as tf.Tensor1D, 4),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'DenseBincount',
    name: 'DenseBincount',
    inputs: [i([2, 6], 0, 4), f([2, 6])],
    run: (x, w) => tf.denseBincount(x! as tf.Tensor2D, w! as tf.Tensor2D, 4),
    wrt: NONE,
    special: false,
  },
]
