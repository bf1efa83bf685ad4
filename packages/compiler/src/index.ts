export { type CompiledFunction, compile, type Result } from './compile.js'
export {
  type AdamSettings,
  CompiledStep,
  compileStep,
  type StepLoss,
  type StepOptimiser,
  type StepOptions,
  type StepOutcome,
} from './compile-step.js'
