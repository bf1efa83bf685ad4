import * as tf from '@tensorflow/tfjs-core'
import { b, f, i, ints, type KernelCase } from '../case.js'

const NONE: readonly number[] = []

/** A case on floats, and the same on integers and masks. */
const onAll = (
  kernel: string,
  shape: readonly number[],
  run: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  empty?: readonly number[],
): KernelCase[] => {
  const more = empty ? { empty: [empty] } : {}
  return [
    { kernel, name: kernel, inputs: [f(shape)], run, ...more },
    { kernel, name: `${kernel} int32`, inputs: [i(shape)], run, wrt: NONE, ...more },
    { kernel, name: `${kernel} bool`, inputs: [b(shape)], run, wrt: NONE, ...more },
  ]
}

const one = (
  kernel: string,
  what: string,
  shape: readonly number[],
  run: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  empty?: readonly number[],
): KernelCase => ({
  kernel,
  name: `${kernel} ${what}`,
  inputs: [f(shape)],
  run,
  ...(empty ? { empty: [empty] } : {}),
})

/** Kernels that move values without computing. */
export const shapeCases: readonly KernelCase[] = [
  ...onAll('Identity', [3, 4], (x) => tf.clone(x), [2, 0]),
  ...onAll('Reshape', [3, 4], (x) => tf.reshape(x, [2, -1, 3]), [2, 3, 0]).map((c) =>
    c.empty ? { ...c, run: (x: tf.Tensor) => tf.reshape(x, x.size === 0 ? [0, 6] : [2, -1, 3]) } : c,
  ),
  ...onAll('ExpandDims', [3, 4], (x) => tf.expandDims(x, 1), [2, 0]),
  ...onAll('Transpose', [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1]), [2, 0, 4]),
  one('Transpose', 'matrix', [3, 5], (x) => tf.transpose(x), [0, 3]),
  one('Transpose', 'rank 5', [2, 3, 2, 1, 2], (x) => tf.transpose(x, [0, 2, 4, 1, 3]), [0, 3, 2, 1, 2]),
  ...onAll('Slice', [4, 5], (x) => tf.slice(x, [1, 2], [2, 3])),
  one('PadV2', 'of seven axes', [2, 1, 2, 1, 3, 1, 2], (x) =>
    tf.pad(x, [...Array<[number, number]>(4).fill([0, 0]), [1, 0], [0, 0], [0, 2]]),
  ),
  one('Slice', 'nothing', [4, 5], (x) => tf.slice(x, [1, 2], [2, 0])),
  one('Slice', 'rank 3', [3, 4, 5], (x) => tf.slice(x, [1, 0, 2], [-1, 3, -1])),
  ...onAll('StridedSlice', [4, 6], (x) => tf.stridedSlice(x, [0, 5], [4, 0], [2, -2])),
  one('StridedSlice', 'masks', [4, 6], (x) => tf.stridedSlice(x, [1, 1], [2, 4], [1, 1], 0, 0, 0, 0, 1)),
  ...onAll('PadV2', [2, 3], (x) =>
    tf.pad(x, [
      [1, 0],
      [2, 1],
    ]),
  ),
  one(
    'PadV2',
    'with a value',
    [2, 3],
    (x) =>
      tf.pad(
        x,
        [
          [1, 0],
          [2, 1],
        ],
        0.5,
      ),
    [2, 0],
  ),
  one('MirrorPad', 'reflect', [3, 4], (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [3, 0],
      ],
      'reflect',
    ),
  ),
  one('MirrorPad', 'symmetric', [3, 4], (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [3, 0],
      ],
      'symmetric',
    ),
  ),
  ...onAll('Tile', [2, 3], (x) => tf.tile(x, [2, 3]), [2, 0]),
  ...onAll('Reverse', [3, 4], (x) => tf.reverse(x, 1), [0, 4]),
  one('Reverse', 'two axes', [2, 3, 2], (x) => tf.reverse(x, [0, 1])),
  ...onAll('Unpack', [3, 4], (x) => tf.unstack(x, 1), [0, 2]),
  ...onAll('SplitV', [4, 6], (x) => tf.split(x, [1, 2, 3], 1), [0, 6]),
  one('SplitV', 'equal', [4, 6], (x) => tf.split(x, 2, 0)),
  one('SplitV', 'rest', [4, 6], (x) => tf.split(x, [1, -1], 1)),
  one('SpaceToBatchND', 'padded', [1, 3, 4, 2], (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 1],
        [0, 0],
      ],
    ),
  ),
  one('BatchToSpaceND', 'cropped', [4, 2, 2, 3], (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 0],
      ],
    ),
  ),
  one('DepthToSpace', 'NHWC', [1, 2, 3, 8], (x) => tf.depthToSpace(x as tf.Tensor4D, 2)),
  { kernel: 'Diag', name: 'Diag', inputs: [f([3])], run: (x) => tf.diag(x!) },
  { kernel: 'Diag', name: 'Diag rank 2', inputs: [f([2, 2])], run: (x) => tf.diag(x!) },
  {
    kernel: 'Concat',
    name: 'Concat',
    inputs: [f([3, 2]), f([3, 1]), f([3, 4])],
    run: (...xs) => tf.concat(xs, 1),
    empty: [
      [2, 0],
      [2, 3],
      [2, 0],
    ],
  },
  { kernel: 'Concat', name: 'Concat rows', inputs: [f([3, 2]), f([1, 2])], run: (...xs) => tf.concat(xs, 0) },
  {
    kernel: 'Concat',
    name: 'Concat int32',
    inputs: [i([3, 2]), i([3, 2])],
    run: (...xs) => tf.concat(xs, 1),
    wrt: NONE,
  },
  {
    kernel: 'Concat',
    name: 'Concat bool',
    inputs: [b([3, 2]), b([3, 2])],
    run: (...xs) => tf.concat(xs, 1),
    wrt: NONE,
  },
  { kernel: 'Pack', name: 'Pack', inputs: [f([3, 2]), f([3, 2])], run: (...xs) => tf.stack(xs, 1) },
  { kernel: 'Pack', name: 'Pack last', inputs: [f([3, 2]), f([3, 2])], run: (...xs) => tf.stack(xs, -1) },
  { kernel: 'Pack', name: 'Pack int32', inputs: [i([3]), i([3])], run: (...xs) => tf.stack(xs, 0), wrt: NONE },
]

/** Kernels that look values up, or put them somewhere. */
export const gatherCases: readonly KernelCase[] = [
  {
    kernel: 'GatherV2',
    name: 'GatherV2',
    inputs: [f([4, 3]), ints([5], [0, 3, 3, 1, 0])],
    run: (x, at) => tf.gather(x!, at!),
    empty: [[4, 3], [0]],
  },
  {
    kernel: 'GatherV2',
    name: 'GatherV2 axis 1',
    inputs: [f([2, 4, 2]), ints([2, 2], [0, 3, 3, 1])],
    run: (x, at) => tf.gather(x!, at!, 1),
  },
  {
    kernel: 'GatherV2',
    name: 'GatherV2 batched',
    inputs: [f([2, 4, 2]), ints([2, 3], [0, 3, 3, 1, 0, 2])],
    run: (x, at) => tf.gather(x!, at!, 1, 1),
  },
  {
    kernel: 'GatherV2',
    name: 'GatherV2 int32',
    inputs: [i([4, 3]), ints([3], [0, 3, 3])],
    run: (x, at) => tf.gather(x!, at!),
    wrt: NONE,
  },
  {
    kernel: 'GatherNd',
    name: 'GatherNd',
    inputs: [f([3, 4]), ints([3, 2], [0, 3, 2, 1, 1, 0])],
    run: (x, at) => tf.gatherND(x!, at!),
  },
  {
    kernel: 'GatherNd',
    name: 'GatherNd rows',
    inputs: [f([3, 4]), ints([2, 2, 1], [0, 2, 2, 1])],
    run: (x, at) => tf.gatherND(x!, at!),
  },
  {
    kernel: 'ScatterNd',
    name: 'ScatterNd',
    inputs: [ints([4, 1], [1, 3, 1, 0]), f([4, 2])],
    run: (at, updates) => tf.scatterND(at!, updates!, [5, 2]),
  },
  {
    kernel: 'ScatterNd',
    name: 'ScatterNd int32',
    inputs: [ints([3, 2], [1, 0, 0, 1, 1, 0]), i([3])],
    run: (at, updates) => tf.scatterND(at!, updates!, [2, 2]),
    wrt: NONE,
  },
  {
    kernel: 'TensorScatterUpdate',
    name: 'TensorScatterUpdate',
    inputs: [f([5, 2]), ints([3, 1], [1, 3, 0]), f([3, 2])],
    run: (x, at, updates) => tf.tensorScatterUpdate(x!, at!, updates!),
  },
  {
    kernel: 'SparseToDense',
    name: 'SparseToDense',
    inputs: [ints([3, 2], [0, 1, 1, 0, 2, 1]), f([3]), f([])],
    run: (at, values, rest) => tf.sparseToDense(at!, values!, [3, 2], rest! as tf.Scalar),
  },
  ...(['int32', 'float32', 'bool'] as const).map(
    (dtype): KernelCase => ({
      kernel: 'OneHot',
      name: `OneHot ${dtype}`,
      inputs: [ints([2, 3], [0, 3, 2, 1, -1, 4])],
      run: (at) => tf.oneHot(at!, 4, 1, 0, dtype),
      wrt: NONE,
      empty: [[0]],
    }),
  ),
]
