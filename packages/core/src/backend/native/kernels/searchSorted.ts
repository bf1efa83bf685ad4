import type { SearchSortedAttrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { dtypeAttribute, type NativeBackend } from '../ops.js'

/** tfjs-node lacks it; TensorFlow has it as LowerBound and UpperBound. */
export const searchSorted: Mend<NativeBackend> = {
  kernel: 'SearchSorted',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { sortedSequence, values } = inputs
      const { side } = attrs as unknown as SearchSortedAttrs
      return backend.executeSingleOutput(
        side === 'left' ? 'LowerBound' : 'UpperBound',
        [dtypeAttribute(backend, 'T', sortedSequence!.dtype), dtypeAttribute(backend, 'out_type', 'int32')],
        [sortedSequence!, values!],
      )
    },
}
