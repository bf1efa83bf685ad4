import * as tf from '@tensorflow/tfjs-core'
import { cumulativeMends } from '../cumulative.js'
import { emptyConvolutionMends } from '../emptyConvolution.js'
import { installMends, type Mend } from '../mend.js'
import { dtypeMends } from './dtypes.js'
import { emptyMends } from './empty.js'
import type { BackendWasm } from './heap.js'
import { avgPool } from './kernels/avgPool.js'
import { batchMatMul } from './kernels/batchMatMul.js'
import { cast } from './kernels/cast.js'
import { clipByValue } from './kernels/clipByValue.js'
import { conv2dBackpropFilter } from './kernels/conv2dBackpropFilter.js'
import { conv2dBackpropInput } from './kernels/conv2dBackpropInput.js'
import { cos } from './kernels/cos.js'
import { depthwiseBackpropFilter } from './kernels/depthwiseBackpropFilter.js'
import { depthwiseBackpropInput } from './kernels/depthwiseBackpropInput.js'
import { einsum } from './kernels/einsum.js'
import { floorDiv } from './kernels/floorDiv.js'
import { fusedConvolutions } from './kernels/fusedConv2D.js'
import { fusedMatMul } from './kernels/fusedMatMul.js'
import { gather } from './kernels/gather.js'
import { finiteTests } from './kernels/isFinite.js'
import { log1p } from './kernels/log1p.js'
import { maximum } from './kernels/maximum.js'
import { minimum } from './kernels/minimum.js'
import { mod } from './kernels/mod.js'
import { oneHot } from './kernels/oneHot.js'
import { prelu } from './kernels/prelu.js'
import { rectifiers } from './kernels/relu.js'
import { samePadding } from './kernels/samePadding.js'
import { selu } from './kernels/selu.js'
import { sign } from './kernels/sign.js'
import { sin } from './kernels/sin.js'
import { stridedSlice } from './kernels/stridedSlice.js'
import { unsortedSegmentSum } from './kernels/unsortedSegmentSum.js'
import { withoutErrorListeners } from './listeners.js'
import { rankMends } from './rank.js'

/** What tfjs's WASM backend lacks or has wrong; a later mend of a kernel stands around an earlier one. */
const mends: readonly Mend<BackendWasm>[] = [
  avgPool,
  batchMatMul,
  cast,
  clipByValue,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  cos,
  ...cumulativeMends<BackendWasm>(),
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  ...finiteTests,
  floorDiv,
  ...fusedConvolutions,
  fusedMatMul,
  gather,
  log1p,
  maximum,
  minimum,
  mod,
  oneHot,
  prelu,
  ...rectifiers,
  ...samePadding,
  selu,
  sign,
  sin,
  stridedSlice,
  unsortedSegmentSum,
  ...emptyMends,
  ...emptyConvolutionMends<BackendWasm>(),
  ...dtypeMends,
  ...rankMends,
]

/** Mends the kernels of tfjs's WASM backend and starts it, if it is not; its package must have been imported. */
export async function startWasm(): Promise<void> {
  installMends('wasm', mends)
  if (tf.engine().registry.wasm) return
  const current = tf.engine().backendName
  await withoutErrorListeners(() => tf.setBackend('wasm'))
  if (current) await tf.setBackend(current)
}
