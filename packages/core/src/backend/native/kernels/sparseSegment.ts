import type { Mend } from '../../mend.js'
import { dtypeAttribute, type NativeBackend } from '../ops.js'

const segment = (kernel: string): Mend<NativeBackend> => ({
  kernel,
  mend:
    () =>
    ({ inputs, backend }) => {
      const { data, indices, segmentIds } = inputs
      return backend.executeSingleOutput(
        kernel,
        [
          dtypeAttribute(backend, 'T', data!.dtype),
          dtypeAttribute(backend, 'Tidx', 'int32'),
          dtypeAttribute(backend, 'Tsegmentids', 'int32'),
        ],
        [data!, indices!, segmentIds!],
      )
    },
})

/** tfjs-node lacks them. */
export const sparseSegments: readonly Mend<NativeBackend>[] = [
  segment('SparseSegmentMean'),
  segment('SparseSegmentSum'),
]
