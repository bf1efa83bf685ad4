import type * as tf from '@tensorflow/tfjs-core'
import { binaryKernels } from './binary.js'
import { blockKernels } from './block.js'
import { convolutionKernels } from './convolution.js'
import { creationKernels } from './creation.js'
import { cumulativeKernels } from './cumulative.js'
import { depthwiseKernels } from './depthwise.js'
import { einsumKernels } from './einsum.js'
import { gatherKernels } from './gather.js'
import { joinKernels } from './join.js'
import { layoutKernels } from './layout.js'
import { logicalKernels } from './logical.js'
import { matmulKernels } from './matmul.js'
import { normaliseKernels } from './normalise.js'
import { orderKernels } from './order.js'
import { poolKernels } from './pool.js'
import { reductionKernels } from './reduction.js'
import { sliceKernels } from './slice.js'
import { unaryKernels } from './unary.js'

/** Every kernel of the float64 backend. */
export const kernels: readonly tf.KernelConfig[] = [
  ...unaryKernels,
  ...binaryKernels,
  ...logicalKernels,
  ...reductionKernels,
  ...cumulativeKernels,
  ...normaliseKernels,
  ...orderKernels,
  ...layoutKernels,
  ...sliceKernels,
  ...joinKernels,
  ...gatherKernels,
  ...creationKernels,
  ...matmulKernels,
  ...einsumKernels,
  ...convolutionKernels,
  ...depthwiseKernels,
  ...poolKernels,
  ...blockKernels,
]
