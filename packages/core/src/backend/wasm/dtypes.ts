import { COUNTING, enteringAs, REAL } from '../dtypes.js'
import type { Mend } from '../mend.js'
import type { BackendWasm } from './heap.js'

/**
 * Kernels that read or write elements of the wrong size when a dtype is not the one that they were compiled for: functions with real
 * values take and write floats, whatever they are told; arithmetic takes floats and integers; moves carry four bytes an element.
 */
export const dtypeMends: readonly Mend<BackendWasm>[] = [
  ...enteringAs<BackendWasm>(REAL, ['int32', 'bool'], 'float32'),
  ...enteringAs<BackendWasm>(COUNTING, ['bool'], 'int32'),
  ...enteringAs<BackendWasm>(['Reverse', 'Select', 'TensorScatterUpdate'], ['bool'], 'int32', true),
]
