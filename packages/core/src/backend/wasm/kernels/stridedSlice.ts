import { type StridedSliceAttrs, slice_util } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'

/** The backend's own takes the wrong elements when it drops an axis, and moves four bytes an element under the name of floats. */
export const stridedSlice: Mend<BackendWasm> = {
  kernel: 'StridedSlice',
  mend: (original) => (call) => {
    const { backend } = call
    const x = call.inputs.x!
    const a = call.attrs as unknown as StridedSliceAttrs
    const info = slice_util.sliceInfo(
      x.shape,
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    )
    if (info.isIdentity || info.sliceDim0 || info.isSimpleSlice) return original(call)
    const shape = slice_util.computeOutShape(info.begin, info.end, info.strides).map((size) => Math.max(0, size))
    const out = backend.makeOutput(info.finalShape, x.dtype)
    const [from, to] = views(backend, x, out)
    let places: Int32Array = Int32Array.of(0)
    shape.forEach((size, d) => {
      const stride = sizeOf(x.shape.slice(d + 1))
      const next = new Int32Array(places.length * size)
      let k = 0
      for (const place of places)
        for (let i = 0; i < size; i++) next[k++] = place + (info.begin[d]! + i * info.strides[d]!) * stride
      places = next
    })
    for (let k = 0; k < places.length; k++) to![k] = from![places[k]!]!
    return out
  },
}
