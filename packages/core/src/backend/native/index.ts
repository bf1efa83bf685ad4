import { COUNTING, enteringAs, REAL } from '../dtypes.js'
import { emptyConvolutionMends } from '../emptyConvolution.js'
import { installMends, type Mend } from '../mend.js'
import { bitwiseAnd } from './kernels/bitwiseAnd.js'
import { clipByValue } from './kernels/clipByValue.js'
import { denseBincount } from './kernels/denseBincount.js'
import { floorDiv } from './kernels/floorDiv.js'
import { paddingMends } from './kernels/padding.js'
import { prelu } from './kernels/prelu.js'
import { searchSorted } from './kernels/searchSorted.js'
import { sparseSegments } from './kernels/sparseSegment.js'
import { loadNative, TENSORFLOW } from './load.js'
import type { NativeBackend } from './ops.js'

/** Functions with real values, and tests of floats, which TensorFlow refuses integers; tfjs-node's Exp disposes of them. */
const FLOATING = [...REAL, 'Cos', 'IsFinite', 'IsInf', 'IsNan', 'Log1p', 'Selu', 'Sin', 'Step']

/** What tfjs-node lacks or has wrong; a later mend of a kernel stands around an earlier one. */
const mends: readonly Mend<NativeBackend>[] = [
  bitwiseAnd,
  clipByValue,
  denseBincount,
  floorDiv,
  ...paddingMends,
  prelu,
  searchSorted,
  ...sparseSegments,
  ...emptyConvolutionMends<NativeBackend>(),
  ...enteringAs<NativeBackend>(FLOATING, ['int32', 'bool'], 'float32'),
  ...enteringAs<NativeBackend>([...COUNTING, 'ClipByValue', 'Maximum', 'Minimum'], ['bool'], 'int32'),
]

/** Loads TensorFlow's own kernels through tfjs-node and mends what that lacks; returns the engine's name of the backend. */
export async function installNative(): Promise<string> {
  await loadNative()
  installMends(TENSORFLOW, mends)
  return TENSORFLOW
}
