import type { Mend } from '../../mend.js'
import { type BackendWasm, views } from '../heap.js'

const constant = (kernel: string, value: 0 | 1): Mend<BackendWasm> => ({
  kernel,
  mend: (original) => (call) => {
    const x = call.inputs.x!
    if (x.dtype === 'float32') return original(call)
    const out = call.backend.makeOutput(x.shape, 'bool')
    views(call.backend, out)[0]!.fill(value)
    return out
  },
})

/** Integers and masks are finite; the backend reads their bits as floats. */
export const finiteTests: readonly Mend<BackendWasm>[] = [
  constant('IsFinite', 1),
  constant('IsInf', 0),
  constant('IsNan', 0),
]
