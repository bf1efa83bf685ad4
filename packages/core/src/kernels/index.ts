export {
  ensureKernel,
  type KernelDefinition,
  type KernelGradient,
  type KernelInput,
  type KernelOutput,
  runKernel,
  runKernels,
} from './ensure.js'
