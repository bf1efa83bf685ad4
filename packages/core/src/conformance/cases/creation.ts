import * as tf from '@tensorflow/tfjs-core'
import { b, f, fixed, i, ints, type KernelCase } from '../case.js'

const NONE: readonly number[] = []

/** Kernels that make values, or give them another type. */
export const creationCases: readonly KernelCase[] = [
  { kernel: 'Fill', name: 'Fill', inputs: [], run: () => tf.fill([2, 3], 0.1) },
  { kernel: 'Fill', name: 'Fill int32', inputs: [], run: () => tf.fill([2, 3], 7, 'int32') },
  { kernel: 'Fill', name: 'Fill nothing', inputs: [], run: () => tf.fill([2, 0], 7) },
  { kernel: 'Range', name: 'Range', inputs: [], run: () => tf.range(0.5, 4, 0.75) },
  { kernel: 'Range', name: 'Range int32', inputs: [], run: () => tf.range(5, 1, -2, 'int32') },
  { kernel: 'LinSpace', name: 'LinSpace', inputs: [], run: () => tf.linspace(-1, 2, 7) },
  { kernel: 'ZerosLike', name: 'ZerosLike', inputs: [f([2, 3])], run: (x) => tf.zerosLike(x!), empty: [[2, 0]] },
  { kernel: 'ZerosLike', name: 'ZerosLike int32', inputs: [i([2, 3])], run: (x) => tf.zerosLike(x!), wrt: NONE },
  { kernel: 'ZerosLike', name: 'ZerosLike bool', inputs: [b([2, 3])], run: (x) => tf.zerosLike(x!), wrt: NONE },
  { kernel: 'OnesLike', name: 'OnesLike', inputs: [f([2, 3])], run: (x) => tf.onesLike(x!), empty: [[2, 0]] },
  { kernel: 'OnesLike', name: 'OnesLike int32', inputs: [i([2, 3])], run: (x) => tf.onesLike(x!), wrt: NONE },
  {
    kernel: 'Cast',
    name: 'Cast float to int',
    inputs: [f([3, 4], -5, 5)],
    run: (x) => tf.cast(x!, 'int32'),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'Cast',
    name: 'Cast float to bool',
    inputs: [fixed([4], [0, 0.5, -2, 0.001])],
    run: (x) => tf.cast(x!, 'bool'),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'Cast',
    name: 'Cast int to float',
    inputs: [i([3, 4])],
    run: (x) => tf.cast(x!, 'float32'),
    wrt: NONE,
    empty: [[0]],
  },
  {
    kernel: 'Cast',
    name: 'Cast int to bool',
    inputs: [ints([4], [0, 1, -3, 256])],
    run: (x) => tf.cast(x!, 'bool'),
    wrt: NONE,
  },
  {
    kernel: 'Cast',
    name: 'Cast bool to float',
    inputs: [b([3, 4])],
    run: (x) => tf.cast(x!, 'float32'),
    wrt: NONE,
    empty: [[0]],
  },
  { kernel: 'Cast', name: 'Cast bool to int', inputs: [b([3, 4])], run: (x) => tf.cast(x!, 'int32'), wrt: NONE },
  { kernel: 'Cast', name: 'Cast float to float', inputs: [f([3, 4])], run: (x) => kernelCast(x!) },
  {
    kernel: 'BroadcastArgs',
    name: 'BroadcastArgs',
    inputs: [ints([3], [2, 1, 4]), ints([2], [3, 1])],
    run: (s, t) => tf.broadcastArgs(s!, t!),
    wrt: NONE,
  },
]

// tf.cast to the same type is an Identity; gradients of clones emit the kernel itself
const kernelCast = (x: tf.Tensor): tf.Tensor => tf.engine().runKernel('Cast', { x }, { dtype: 'float32' }) as tf.Tensor
