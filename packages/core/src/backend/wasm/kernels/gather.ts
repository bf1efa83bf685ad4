import { backend_util, type GatherV2Attrs } from '@tensorflow/tfjs-core'
import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'

type Info = Parameters<typeof backend_util.segment_util.collectGatherOpShapeInfo>[0]

/**
 * The backend's own takes the wrong indices from the second batch on, and returns a wrong shape, and keeps what it made, when there is
 * nothing to gather from.
 */
export const gather: Mend<BackendWasm> = {
  kernel: 'GatherV2',
  mend: (original) => (call) => {
    const { inputs, backend } = call
    const { x, indices } = inputs
    const { axis, batchDims } = call.attrs as unknown as GatherV2Attrs
    if (batchDims === 0 && !x!.shape.includes(0)) return original(call)
    const at = axis < 0 ? axis + x!.shape.length : axis
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      backend_util.segment_util.collectGatherOpShapeInfo(x as Info, indices as Info, at, batchDims)
    const out = backend.makeOutput(outputShape, x!.dtype)
    const [from, places, to] = views(backend, x!, indices!, out)
    const count = batchSize === 0 ? 0 : places!.length / batchSize
    let o = 0
    for (let b = 0; b < batchSize; b++)
      for (let r = 0; r < outerSize; r++)
        for (let k = 0; k < count; k++, o += sliceSize) {
          const place = places![b * count + k]!
          if (place < 0 || place >= dimSize) {
            backend.disposeData(out.dataId)
            throw new Error(`GatherV2: index ${place} is not in [0, ${dimSize - 1}]`)
          }
          const start = ((b * outerSize + r) * dimSize + place) * sliceSize
          to!.set(from!.subarray(start, start + sliceSize), o)
        }
    return out
  },
}
