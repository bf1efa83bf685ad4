export {
  customRule,
  gradients,
  jvp,
  type RuleArguments,
  stopGradient,
  type ValueAndGradients,
  valueAndGradients,
  vjp,
} from './engine.js'
export { jacobian } from './jacobian.js'
