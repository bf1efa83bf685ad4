import type { Mend } from '../../mend.js'
import { dtypeAttribute, type NativeBackend } from '../ops.js'

/** tfjs-node lacks it. */
export const bitwiseAnd: Mend<NativeBackend> = {
  kernel: 'BitwiseAnd',
  mend:
    () =>
    ({ inputs, backend }) =>
      backend.executeSingleOutput(
        'BitwiseAnd',
        [dtypeAttribute(backend, 'T', inputs.a!.dtype)],
        [inputs.a!, inputs.b!],
      ),
}
