import type { Mend } from '../../mend.js'
import { clamped } from '../clamp.js'
import type { BackendWasm } from '../heap.js'

const rectifier = (kernel: string, high: number): Mend<BackendWasm> => ({
  kernel,
  mend: (original) => (call) =>
    call.inputs.x!.dtype === 'float32' ? clamped(call.backend, call.inputs.x!, 0, high) : original(call),
})

/** The backend's own turn NaN into 0: relu6 always, relu when its sign bit is set, as that of ∞ − ∞ is. */
export const rectifiers: readonly Mend<BackendWasm>[] = [
  rectifier('Relu', Number.POSITIVE_INFINITY),
  rectifier('Relu6', 6),
]
