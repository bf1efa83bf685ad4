import type { KernelCase } from './case.js'

import { creationCases } from './cases/creation.js'
import { binaryCases, logicalCases, unaryCases } from './cases/elementwise.js'
import { convolutionCases, matmulCases } from './cases/product.js'
import { reductionCases } from './cases/reduction.js'
import { gatherCases, shapeCases } from './cases/shape.js'

export {
  caseError,
  caseInputs,
  hasVariant,
  type InputValues,
  type KernelCase,
  type Result,
  runCase,
  toTensors,
  type Variant,
} from './case.js'
/** Cases on which tfjs's own cpu backend is among those that go wrong. */
export { edgeCases } from './cases/edges.js'

/** Every kernel that the float64 backend has, in the ways that Ebbflow uses it: run alike on each backend. */
export const cases: readonly KernelCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...logicalCases,
  ...reductionCases,
  ...shapeCases,
  ...gatherCases,
  ...creationCases,
  ...matmulCases,
  ...convolutionCases,
]
