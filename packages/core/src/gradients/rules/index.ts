import type { GradConfig } from '@tensorflow/tfjs-core'
import { abs } from './abs.js'
import { acos } from './acos.js'
import { acosh } from './acosh.js'
import { add } from './add.js'
import { addN } from './addN.js'
import { asin } from './asin.js'
import { asinh } from './asinh.js'
import { atan } from './atan.js'
import { atan2 } from './atan2.js'
import { atanh } from './atanh.js'
import { batchMatMul } from './batchMatMul.js'
import { batchToSpaceND } from './batchToSpaceND.js'
import { cast } from './cast.js'
import { clipByValue } from './clipByValue.js'
import { comparisons } from './comparisons.js'
import { concat } from './concat.js'
import { constants } from './constants.js'
import { conv2D } from './conv2D.js'
import { conv2DBackpropFilter } from './conv2DBackpropFilter.js'
import { conv2DBackpropInput } from './conv2DBackpropInput.js'
import { cos } from './cos.js'
import { cosh } from './cosh.js'
import { cumprod } from './cumprod.js'
import { cumsum } from './cumsum.js'
import { depthToSpace } from './depthToSpace.js'
import { depthwiseConv2dNative } from './depthwiseConv2dNative.js'
import { depthwiseConv2dNativeBackpropFilter } from './depthwiseConv2dNativeBackpropFilter.js'
import { depthwiseConv2dNativeBackpropInput } from './depthwiseConv2dNativeBackpropInput.js'
import { diag } from './diag.js'
import { elu } from './elu.js'
import { erf } from './erf.js'
import { exp } from './exp.js'
import { expandDims } from './expandDims.js'
import { expm1 } from './expm1.js'
import { floorDiv } from './floorDiv.js'
import { gatherNd } from './gatherNd.js'
import { gatherV2 } from './gatherV2.js'
import { identity } from './identity.js'
import { indices } from './indices.js'
import { leakyRelu } from './leakyRelu.js'
import { log } from './log.js'
import { log1p } from './log1p.js'
import { max } from './max.js'
import { maximum } from './maximum.js'
import { mean } from './mean.js'
import { min } from './min.js'
import { minimum } from './minimum.js'
import { mirrorPad } from './mirrorPad.js'
import { mod } from './mod.js'
import { multiply } from './multiply.js'
import { neg } from './neg.js'
import { pack } from './pack.js'
import { padV2 } from './padV2.js'
import { pow } from './pow.js'
import { predicates } from './predicates.js'
import { prelu } from './prelu.js'
import { prod } from './prod.js'
import { realDiv } from './realDiv.js'
import { reciprocal } from './reciprocal.js'
import { relu } from './relu.js'
import { relu6 } from './relu6.js'
import { reshape } from './reshape.js'
import { reverse } from './reverse.js'
import { rounding } from './rounding.js'
import { rsqrt } from './rsqrt.js'
import { scatterNd } from './scatterNd.js'
import { select } from './select.js'
import { selu } from './selu.js'
import { sigmoid } from './sigmoid.js'
import { sin } from './sin.js'
import { sinh } from './sinh.js'
import { slice } from './slice.js'
import { softmax } from './softmax.js'
import { softplus } from './softplus.js'
import { spaceToBatchND } from './spaceToBatchND.js'
import { splitV } from './splitV.js'
import { sqrt } from './sqrt.js'
import { square } from './square.js'
import { squaredDifference } from './squaredDifference.js'
import { stridedSlice } from './stridedSlice.js'
import { sub } from './sub.js'
import { sum } from './sum.js'
import { tan } from './tan.js'
import { tanh } from './tanh.js'
import { tensorScatterUpdate } from './tensorScatterUpdate.js'
import { tile } from './tile.js'
import { topK } from './topK.js'
import { transpose } from './transpose.js'
import { unpack } from './unpack.js'
import { unsortedSegmentSum } from './unsortedSegmentSum.js'

/** Every gradient rule, one kernel a file. */
export const rules: readonly GradConfig[] = [
  abs,
  acos,
  acosh,
  add,
  addN,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  batchMatMul,
  batchToSpaceND,
  cast,
  clipByValue,
  ...comparisons,
  concat,
  ...constants,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  cos,
  cosh,
  cumprod,
  cumsum,
  depthToSpace,
  depthwiseConv2dNative,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  diag,
  elu,
  erf,
  exp,
  expandDims,
  expm1,
  floorDiv,
  gatherNd,
  gatherV2,
  identity,
  ...indices,
  leakyRelu,
  log,
  log1p,
  max,
  maximum,
  mean,
  min,
  minimum,
  mirrorPad,
  mod,
  multiply,
  neg,
  pack,
  padV2,
  pow,
  ...predicates,
  prelu,
  prod,
  realDiv,
  reciprocal,
  relu,
  relu6,
  reshape,
  reverse,
  ...rounding,
  rsqrt,
  scatterNd,
  select,
  selu,
  sigmoid,
  sin,
  sinh,
  slice,
  softmax,
  softplus,
  spaceToBatchND,
  splitV,
  sqrt,
  square,
  squaredDifference,
  stridedSlice,
  sub,
  sum,
  tan,
  tanh,
  tensorScatterUpdate,
  tile,
  topK,
  transpose,
  unpack,
  unsortedSegmentSum,
]
