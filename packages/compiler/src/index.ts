export { type CompiledFunction, type CompileOptions, compile, compileWith, type Result } from './compile.js'
export {
  type AdamSettings,
  CompiledStep,
  compileStep,
  type StepLoss,
  type StepOptimiser,
  type StepOptions,
  type StepOutcome,
} from './compile-step.js'
export { openThreads, type ThreadOptions } from './open-threads.js'
export type { ThreadPool } from './threads/pool.js'
