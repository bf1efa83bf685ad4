import type { UnsortedSegmentSumAttrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'
import { zeros } from '../product.js'

/** Sums of the rows of x that share a segment; the backend lacks it, and the gradient of `gather` needs it. */
export const unsortedSegmentSum: Mend<BackendWasm> = {
  kernel: 'UnsortedSegmentSum',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs
      const { numSegments } = attrs as unknown as UnsortedSegmentSumAttrs
      const shape = [numSegments, ...x!.shape.slice(segmentIds!.shape.length)]
      const out = zeros(backend, shape, x!.dtype === 'bool' ? 'int32' : x!.dtype)
      const [from, ids, to] = views(backend, x!, segmentIds!, out)
      const width = ids!.length === 0 ? 0 : from!.length / ids!.length
      for (let row = 0; row < ids!.length; row++) {
        const segment = ids![row]!
        if (segment < 0 || segment >= numSegments) continue
        for (let k = 0; k < width; k++) to![segment * width + k]! += from![row * width + k]!
      }
      return out
    },
}
