import type { DenseBincountAttrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { dtypeAttribute, type NativeBackend } from '../ops.js'

/** tfjs-node lacks it; TensorFlow has it under the same name, with the number of bins as an input. */
export const denseBincount: Mend<NativeBackend> = {
  kernel: 'DenseBincount',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, weights } = inputs
      const { size, binaryOutput } = attrs as unknown as DenseBincountAttrs
      const bins = { dataId: backend.write(Int32Array.of(size), [], 'int32'), shape: [], dtype: 'int32' as const }
      try {
        return backend.executeSingleOutput(
          'DenseBincount',
          [
            dtypeAttribute(backend, 'Tidx', x!.dtype),
            dtypeAttribute(backend, 'T', weights!.dtype),
            { name: 'binary_output', type: backend.binding.TF_ATTR_BOOL, value: binaryOutput === true },
          ],
          [x!, bins, weights!],
        )
      } finally {
        backend.disposeData(bins.dataId)
      }
    },
}
