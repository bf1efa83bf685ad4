import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../../shape.js'
import { b, f, fixed, type InputSpec, i, ints, type KernelCase, kernel } from '../case.js'

const NONE: readonly number[] = []

/** Functions with real values, of integers and masks. */
const REAL = 'Asinh Atan Cos Cosh Elu Erf Exp Expm1 LeakyRelu Selu Sigmoid Sin Sinh Softplus Tan Tanh'.split(' ')
const POSITIVE = 'Log Log1p Reciprocal Rsqrt Sqrt'.split(' ')
const TESTS = 'IsFinite IsInf IsNan'.split(' ')

// tfjs's functions refuse some of these; its kernels are asked by other kernels
const of = (what: string, name: string, input: InputSpec): KernelCase => ({
  kernel: name,
  name: `${name} of ${what}`,
  inputs: [input],
  run: (x) => kernel(name, { x: x! }, { alpha: 0.25 }),
  wrt: NONE,
  empty: [[2, 0]],
})

// values next to zero, where a formula that is right elsewhere loses its digits
const TINY = [1e-8, -1e-8, 1e-16, -1e-16, 1e-30, -1e-30, 3e-5, -3e-5]

const near = (name: string, run: (x: tf.Tensor) => tf.Tensor): KernelCase => ({
  kernel: name,
  name: `${name} near zero`,
  inputs: [fixed([8], TINY.map(Math.fround))],
  // a relative error is seen where the result is about 1
  run: (x) => {
    const scale = tf.tensor1d(TINY.map((t) => Math.fround(1 / Math.fround(t))))
    return tf.mul(run(x!), scale)
  },
  wrt: NONE,
  special: false,
})

const product = (what: string, a: Shape, c: Shape, ta = false, tb = false): KernelCase => ({
  kernel: 'BatchMatMul',
  name: `BatchMatMul ${what}`,
  inputs: [f(a), f(c)],
  run: (x, y) => tf.matMul(x!, y!, ta, tb),
  special: false,
  tolerance: 1e-4,
})

const padded = { strides: [1, 1], pad: 1, dataFormat: 'NHWC', dimRoundingMode: undefined }

/** Dtypes, values, sizes and attributes with which one backend or another was found to go wrong. */
export const edgeCases: readonly KernelCase[] = [
  ...[...REAL, ...TESTS].flatMap((name) => [of('integers', name, i([3, 5])), of('masks', name, b([3, 5]))]),
  ...POSITIVE.map((name) => of('integers', name, i([3, 5], 1, 9))),
  near('Sin', tf.sin),
  near('Log1p', tf.log1p),
  near('Expm1', tf.expm1),
  near('Sinh', tf.sinh),
  near('Asinh', tf.asinh),
  near('Atanh', tf.atanh),
  near('Tanh', tf.tanh),
  near('Erf', tf.erf),
  near('Abs', tf.abs),
  {
    kernel: 'Sign',
    name: 'Sign near zero',
    inputs: [fixed([8], TINY.map(Math.fround))],
    run: (x) => tf.sign(x!),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'Relu',
    name: 'Relu of ∞ − ∞',
    inputs: [fixed([9], [Number.POSITIVE_INFINITY, 1, -1])],
    run: (x) => tf.relu(tf.sub(x!, x!)),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'ClipByValue',
    name: 'ClipByValue int32 without end',
    inputs: [i([9])],
    run: (x) => tf.clipByValue(x!, 0, Number.POSITIVE_INFINITY),
    wrt: NONE,
  },
  {
    kernel: 'Prelu',
    name: 'Prelu of infinities',
    inputs: [f([3, 4]), f([4], 0.1, 1)],
    run: (x, alpha) => tf.prelu(x!, tf.clipByValue(tf.where(tf.isFinite(alpha!), alpha!, tf.onesLike(alpha!)), 0.1, 1)),
    wrt: NONE,
  },
  {
    kernel: 'FloorDiv',
    name: 'FloorDiv of floats',
    inputs: [f([3, 4]), f([4], 0.3, 2.5)],
    run: (x, y) => tf.floorDiv(x!, y!),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'Mod',
    name: 'Mod of a small by a large',
    inputs: [fixed([4], [1, -1, 5, -5]), fixed([4], [-1e10, 1e10, -3, 3])],
    run: (x, y) => tf.mod(x!, y!),
    wrt: NONE,
    special: false,
  },
  {
    kernel: 'OneHot',
    name: 'OneHot of other values',
    inputs: [ints([5], [0, 3, 2, -1, 4])],
    run: (at) => tf.oneHot(at!, 4, 2.5, -1.5, 'float32'),
    wrt: NONE,
  },
  {
    kernel: 'StridedSlice',
    name: 'StridedSlice dropping an axis',
    inputs: [f([4, 6])],
    run: (x) => tf.stridedSlice(x!, [1, 1], [2, 6], [1, 2], 0, 0, 0, 0, 1),
    wrt: NONE,
  },
  {
    kernel: 'GatherV2',
    name: 'GatherV2 of nothing',
    inputs: [f([2, 3]), ints([2], [0, 2])],
    run: (x, at) => tf.gather(x!, at!, 1),
    wrt: NONE,
    empty: [[0, 3], [2]],
  },
  {
    kernel: 'Select',
    name: 'Select bool of odd size',
    inputs: [b([13]), b([13]), b([13])],
    run: (c, t, e) => tf.where(c!, t!, e!),
    wrt: NONE,
    empty: [[0], [0], [0]],
  },
  {
    kernel: 'Reverse',
    name: 'Reverse bool of odd size',
    inputs: [b([13])],
    run: (x) => tf.reverse(x!),
    wrt: NONE,
  },
  {
    kernel: 'Conv2D',
    name: 'Conv2D padded',
    inputs: [f([1, 4, 4, 2]), f([3, 3, 2, 2])],
    run: (x, w) => tf.conv2d(x! as tf.Tensor4D, w! as tf.Tensor4D, 1, 1),
    tolerance: 2e-5,
    special: false,
    empty: [
      [0, 4, 4, 2],
      [3, 3, 2, 2],
    ],
  },
  {
    kernel: 'Conv2D',
    name: 'Conv2D without a place for its filter',
    inputs: [f([1, 3, 3, 2]), f([3, 3, 2, 2])],
    run: (x, w) => tf.conv2d(x! as tf.Tensor4D, w! as tf.Tensor4D, 1, 'valid'),
    tolerance: 2e-5,
    wrt: NONE,
    special: false,
    empty: [
      [1, 2, 3, 2],
      [3, 3, 2, 2],
    ],
  },
  {
    kernel: 'Conv2DBackpropInput',
    name: 'Conv2DBackpropInput padded',
    inputs: [f([1, 4, 4, 2]), f([3, 3, 3, 2])],
    run: (dy, filter) =>
      kernel('Conv2DBackpropInput', { dy: dy!, filter: filter! }, { ...padded, inputShape: [1, 4, 4, 3] }),
    tolerance: 2e-5,
    special: false,
  },
  ...(['same', 'valid'] as const).map(
    (pad): KernelCase => ({
      kernel: 'Conv2DBackpropInput',
      name: `Conv2DBackpropInput of an even filter, ${pad}`,
      inputs: [f(pad === 'same' ? [2, 4, 5, 3] : [2, 3, 3, 3]), f([2, 3, 2, 3])],
      run: (dy, filter) =>
        kernel('Conv2DBackpropInput', { dy: dy!, filter: filter! }, { ...padded, pad, inputShape: [2, 4, 5, 2] }),
      tolerance: 2e-5,
      special: false,
    }),
  ),
  ...(['same', 'valid'] as const).map(
    (pad): KernelCase => ({
      kernel: 'Conv2DBackpropFilter',
      name: `Conv2DBackpropFilter of an even filter, ${pad}`,
      inputs: [f([2, 4, 5, 2]), f(pad === 'same' ? [2, 4, 5, 3] : [2, 3, 3, 3])],
      run: (x, dy) => kernel('Conv2DBackpropFilter', { x: x!, dy: dy! }, { ...padded, pad, filterShape: [2, 3, 2, 3] }),
      tolerance: 2e-5,
      special: false,
    }),
  ),
  {
    kernel: 'Conv2DBackpropFilter',
    name: 'Conv2DBackpropFilter padded',
    inputs: [f([1, 4, 4, 3]), f([1, 4, 4, 2])],
    run: (x, dy) => kernel('Conv2DBackpropFilter', { x: x!, dy: dy! }, { ...padded, filterShape: [3, 3, 3, 2] }),
    tolerance: 2e-5,
    special: false,
  },
  {
    kernel: 'Conv2DBackpropFilter',
    name: 'Conv2DBackpropFilter 1×1',
    inputs: [f([2, 3, 5, 3]), f([2, 3, 5, 4])],
    run: (x, dy) =>
      kernel('Conv2DBackpropFilter', { x: x!, dy: dy! }, { ...padded, pad: 'same', filterShape: [1, 1, 3, 4] }),
    tolerance: 2e-5,
    special: false,
  },
  product('of a stack by a matrix', [3, 5, 4], [4, 2]),
  product('of a stack by one matrix, transposed', [3, 4, 5], [1, 4, 2], true),
  product('of a matrix by a stack', [5, 4], [3, 4, 2]),
  product('of large matrices', [33, 40], [40, 35]),
  product('of large matrices, both transposed', [40, 33], [35, 40], true, true),
  product('of a stack of large matrices', [3, 25, 30], [3, 30, 27]),
  product('of a stack of large matrices, both transposed', [3, 30, 25], [3, 27, 30], true, true),
  product('of stacks that broadcast', [2, 1, 25, 30], [3, 30, 27]),
  {
    kernel: 'BatchMatMul',
    name: 'BatchMatMul int32',
    inputs: [i([2, 3, 4]), i([2, 5, 4])],
    run: (x, y) => tf.matMul(x!, y!, false, true),
    wrt: NONE,
  },
  ...([false, true] as const).map(
    (transposed): KernelCase => ({
      kernel: '_FusedMatMul',
      name: `_FusedMatMul with a bias reshaped${transposed ? ', transposed' : ''}`,
      inputs: [f(transposed ? [1, 4, 3] : [1, 3, 4]), f([1, 4, 5]), f([1, 5])],
      run: (x, y, bias) =>
        kernel(
          '_FusedMatMul',
          { a: x!, b: y!, bias: tf.reshape(bias!, [5]) },
          { transposeA: transposed, transposeB: false, activation: 'sigmoid', leakyreluAlpha: 0 },
        ),
      wrt: NONE,
      tolerance: 2e-5,
    }),
  ),
  { kernel: 'Einsum', name: 'Einsum outer', inputs: [f([3]), f([4])], run: (x, y) => tf.einsum('i,j->ij', x!, y!) },
  {
    kernel: 'Einsum',
    name: 'Einsum batched',
    inputs: [f([2, 3, 4]), f([4, 2, 5])],
    run: (x, y) => tf.einsum('bij,jbk->kbi', x!, y!),
    tolerance: 2e-5,
  },
  { kernel: 'Einsum', name: 'Einsum transposing', inputs: [f([3, 4])], run: (x) => tf.einsum('ij->ji', x!) },
  { kernel: 'Einsum', name: 'Einsum inner', inputs: [f([7]), f([7])], run: (x, y) => tf.einsum('i,i->', x!, y!) },
  ...(
    [
      ['Cumsum', tf.cumsum],
      ['Cumprod', tf.cumprod],
    ] as const
  ).map(
    ([name, op]): KernelCase => ({
      kernel: name,
      name: `${name} along an axis counted from the end`,
      inputs: [f([2, 3, 4])],
      run: (x) => [op(x!, -1), op(x!, -2, true), op(x!, -3, false, true)],
    }),
  ),
]
