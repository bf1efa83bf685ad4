import * as tf from '@tensorflow/tfjs-core'
import type { Shape } from '../../shape.js'
import { f, type KernelCase, kernel } from '../case.js'

const TOLERANCE = 2e-5
const at4 = (shape: Shape): InputSpecs => f(shape, -1, 1)
type InputSpecs = ReturnType<typeof f>

const matmul = (what: string, a: Shape, b: Shape, ta = false, tb = false, empty?: readonly Shape[]): KernelCase => ({
  kernel: 'BatchMatMul',
  name: `BatchMatMul ${what}`,
  inputs: [f(a), f(b)],
  run: (x, y) => tf.matMul(x!, y!, ta, tb),
  tolerance: TOLERANCE,
  ...(empty ? { empty } : {}),
})

const fused = (what: string, activation: string, inputs: readonly Shape[]): KernelCase => ({
  kernel: '_FusedMatMul',
  name: `_FusedMatMul ${what}`,
  inputs: inputs.map((shape) => f(shape)),
  run: (a, b, bias, alpha) =>
    kernel(
      '_FusedMatMul',
      {
        a: a!,
        b: b!,
        ...(bias ? { bias } : {}),
        ...(alpha ? { preluActivationWeights: alpha } : {}),
      },
      { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.25 },
    ),
  // gradient rules cover the unfused form
  wrt: [],
  special: activation !== 'prelu',
  tolerance: TOLERANCE,
})

/** Matrix products. */
export const matmulCases: readonly KernelCase[] = [
  matmul('plain', [1, 3, 4], [1, 4, 5], false, false, [
    [1, 0, 4],
    [1, 4, 5],
  ]),
  matmul('matrices', [3, 4], [4, 5], false, false, [
    [3, 0],
    [0, 5],
  ]),
  matmul('transposeA', [4, 3], [4, 5], true, false),
  matmul('transposeB', [3, 4], [5, 4], false, true),
  matmul('both', [4, 3], [5, 4], true, true),
  matmul('batch', [2, 3, 4], [2, 4, 5]),
  matmul('batch transposed', [2, 4, 3], [2, 5, 4], true, true),
  matmul('broadcast', [2, 3, 3, 4], [3, 4, 2]),
  fused('linear', 'linear', [
    [1, 3, 4],
    [1, 4, 5],
  ]),
  fused('bias relu', 'relu', [
    [1, 3, 4],
    [1, 4, 5],
    [1, 5],
  ]),
  fused('sigmoid', 'sigmoid', [
    [1, 3, 4],
    [1, 4, 5],
    [1, 5],
  ]),
  fused('leakyrelu', 'leakyrelu', [
    [1, 3, 4],
    [1, 4, 5],
    [1, 5],
  ]),
  fused('prelu', 'prelu', [
    [1, 3, 4],
    [1, 4, 5],
    [1, 5],
    [1, 5],
  ]),
  {
    kernel: 'Einsum',
    name: 'Einsum product',
    inputs: [f([2, 3, 4]), f([4, 3])],
    run: (x, y) => tf.einsum('bij,ji->bi', x!, y!),
  },
  { kernel: 'Einsum', name: 'Einsum sum', inputs: [f([3, 4])], run: (x) => tf.einsum('ij->j', x!) },
]

const conv = (what: string, x: Shape, w: Shape, strides: number, pad: 'same' | 'valid', dilation = 1): KernelCase => ({
  kernel: 'Conv2D',
  name: `Conv2D ${what}`,
  inputs: [at4(x), at4(w)],
  run: (a, b) => tf.conv2d(a! as tf.Tensor4D, b! as tf.Tensor4D, strides, pad, 'NHWC', dilation),
  tolerance: TOLERANCE,
})

const depthwise = (
  what: string,
  x: Shape,
  w: Shape,
  strides: number,
  pad: 'same' | 'valid',
  dilation = 1,
): KernelCase => ({
  kernel: 'DepthwiseConv2dNative',
  name: `DepthwiseConv2dNative ${what}`,
  inputs: [at4(x), at4(w)],
  run: (a, b) => tf.depthwiseConv2d(a! as tf.Tensor4D, b! as tf.Tensor4D, strides, pad, 'NHWC', dilation),
  tolerance: TOLERANCE,
})

const nhwc = { dataFormat: 'NHWC', dimRoundingMode: undefined }
const plain = { dimRoundingMode: undefined, dilations: [1, 1] }
const pool = { filterSize: [2, 2], strides: [1, 1], pad: 'valid', dimRoundingMode: undefined }

/** Convolutions, pooling, batch normalisation. */
export const convolutionCases: readonly KernelCase[] = [
  conv('same', [2, 4, 5, 3], [3, 3, 3, 4], 1, 'same'),
  conv('valid', [1, 5, 5, 2], [3, 2, 2, 3], 1, 'valid'),
  conv('strided', [1, 6, 5, 2], [3, 3, 2, 2], 2, 'same'),
  conv('strided, padded along one axis', [2, 2, 4, 2], [2, 1, 2, 3], 2, 'same'),
  // zeros around the image times weights that are not finite
  { ...conv('strided, padded along the other', [2, 2, 3, 2], [1, 3, 2, 3], 2, 'same'), special: false },
  conv('strided, padded along none', [2, 5, 4, 2], [1, 1, 2, 3], 3, 'same'),
  conv('1×1', [2, 3, 3, 4], [1, 1, 4, 4], 1, 'same'),
  conv('dilated', [1, 6, 6, 2], [2, 2, 2, 2], 1, 'valid', 2),
  {
    kernel: 'FusedConv2D',
    name: 'FusedConv2D relu',
    inputs: [at4([1, 4, 4, 2]), at4([3, 3, 2, 3]), at4([3])],
    run: (x, filter, bias) =>
      kernel(
        'FusedConv2D',
        { x: x!, filter: filter!, bias: bias! },
        { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu' },
      ),
    wrt: [],
    tolerance: TOLERANCE,
  },
  ...(['same', 'valid'] as const).flatMap((pad): KernelCase[] => {
    const out = pad === 'same' ? 3 : 2
    return [
      {
        kernel: 'Conv2DBackpropInput',
        name: `Conv2DBackpropInput ${pad}`,
        inputs: [at4([2, out, out, 4]), at4([3, 3, 3, 4])],
        run: (dy, filter) =>
          kernel(
            'Conv2DBackpropInput',
            { dy: dy!, filter: filter! },
            { ...nhwc, strides: [2, 2], pad, inputShape: [2, 6, 6, 3] },
          ),
        tolerance: TOLERANCE,
      },
      {
        kernel: 'Conv2DBackpropFilter',
        name: `Conv2DBackpropFilter ${pad}`,
        inputs: [at4([2, 6, 6, 3]), at4([2, out, out, 4])],
        run: (x, dy) =>
          kernel(
            'Conv2DBackpropFilter',
            { x: x!, dy: dy! },
            { ...nhwc, strides: [2, 2], pad, filterShape: [3, 3, 3, 4] },
          ),
        tolerance: TOLERANCE,
      },
      {
        kernel: 'DepthwiseConv2dNativeBackpropInput',
        name: `DepthwiseConv2dNativeBackpropInput ${pad}`,
        inputs: [at4([2, out, out, 6]), at4([3, 3, 3, 2])],
        run: (dy, filter) =>
          kernel(
            'DepthwiseConv2dNativeBackpropInput',
            { dy: dy!, filter: filter! },
            { ...plain, strides: [2, 2], pad, inputShape: [2, 6, 6, 3] },
          ),
        tolerance: TOLERANCE,
      },
      {
        kernel: 'DepthwiseConv2dNativeBackpropFilter',
        name: `DepthwiseConv2dNativeBackpropFilter ${pad}`,
        inputs: [at4([2, 6, 6, 3]), at4([2, out, out, 6])],
        run: (x, dy) =>
          kernel(
            'DepthwiseConv2dNativeBackpropFilter',
            { x: x!, dy: dy! },
            { ...plain, strides: [2, 2], pad, filterShape: [3, 3, 3, 2] },
          ),
        tolerance: TOLERANCE,
      },
    ]
  }),
  // an infinite weight on the zero padding is NaN where the padding is multiplied, and nothing where it is passed over
  { ...depthwise('same', [1, 4, 5, 3], [3, 3, 3, 2], 1, 'same'), special: false },
  depthwise('strided', [1, 5, 5, 2], [3, 3, 2, 1], 2, 'valid'),
  depthwise('strided, padded along one axis', [2, 2, 4, 2], [2, 1, 2, 1], 2, 'same'),
  depthwise('dilated', [1, 6, 6, 2], [2, 2, 2, 1], 1, 'valid', 2),
  {
    kernel: 'FusedDepthwiseConv2D',
    name: 'FusedDepthwiseConv2D relu6',
    inputs: [at4([1, 4, 4, 2]), at4([3, 3, 2, 1]), at4([2])],
    run: (x, filter, bias) =>
      kernel(
        'FusedDepthwiseConv2D',
        { x: x!, filter: filter!, bias: bias! },
        { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1], activation: 'relu6' },
      ),
    wrt: [],
    tolerance: TOLERANCE,
  },
  {
    kernel: 'AvgPool',
    name: 'AvgPool same',
    inputs: [f([1, 5, 4, 2])],
    run: (x) => tf.avgPool(x! as tf.Tensor4D, 3, 2, 'same'),
  },
  {
    kernel: 'MaxPool',
    name: 'MaxPool same',
    inputs: [f([1, 5, 4, 2])],
    run: (x) => tf.maxPool(x! as tf.Tensor4D, 3, 2, 'same'),
    special: false,
  },
  {
    kernel: 'AvgPoolGrad',
    name: 'AvgPoolGrad',
    inputs: [f([1, 2, 2, 2]), f([1, 3, 3, 2])],
    run: (dy, input) => kernel('AvgPoolGrad', { dy: dy!, input: input! }, pool),
    wrt: [0],
    special: false,
  },
  {
    kernel: 'MaxPoolGrad',
    name: 'MaxPoolGrad',
    inputs: [f([1, 2, 2, 2]), f([1, 3, 3, 2])],
    run: (dy, input) =>
      kernel(
        'MaxPoolGrad',
        { dy: dy!, input: input!, output: tf.maxPool(input! as tf.Tensor4D, [2, 2], [1, 1], 'valid') },
        pool,
      ),
    wrt: [0],
    special: false,
  },
  {
    kernel: 'FusedBatchNorm',
    name: 'FusedBatchNorm',
    inputs: [f([2, 3, 3, 4]), f([4]), f([4], 0.5, 2), f([4]), f([4], 0.5, 2)],
    run: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x!,
        mean! as tf.Tensor1D,
        variance! as tf.Tensor1D,
        offset! as tf.Tensor1D,
        scale! as tf.Tensor1D,
        2 ** -10,
      ),
  },
]
