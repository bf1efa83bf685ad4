export {
  type BackendName,
  type BackendOptions,
  currentBackend,
  largestProduct,
  loadBackend,
  NATIVE_FROM,
  useBackend,
  withBackend,
} from './backend/index.js'
export { Bijector, type Cost, expectEvent, type Mapped, sumEvent } from './bijector.js'
export { type Call, commit, discard, EVAL, type Memo, remember, rngOf, type StateUpdates, update } from './call.js'
export { checkFinite, located, withChecks } from './checks.js'
export { Distribution, REAL, type SampleOptions, type Support } from './distribution.js'
export { check, EbbflowError, type ErrorCode, type ErrorDetails } from './errors.js'
export * from './gradients/index.js'
export {
  ensureKernel,
  type KernelDefinition,
  type KernelGradient,
  type KernelInput,
  type KernelOutput,
  runKernel,
  runKernels,
} from './kernels/index.js'
export * from './linalg/index.js'
export {
  areParametersReplaced,
  type Initialiser,
  type InitOptions,
  initialisers,
  Module,
  Slot,
  type SlotKind,
} from './module/index.js'
export { normalQuantile, Rng } from './random/index.js'
export {
  type Build,
  build,
  type Config,
  describe,
  type Json,
  type Registry,
  registryOf,
  type Saved,
  type SavedType,
  type Serialisable,
} from './serialise.js'
export { broadcastShapes, expectShape, type Shape, sameShape, showShape, sizeOf, splitShape } from './shape.js'
export * from './solve/index.js'
export * from './special/index.js'
export { constant, FLOAT64, type NestedNumbers, type TensorLike, tensor } from './tensor.js'
