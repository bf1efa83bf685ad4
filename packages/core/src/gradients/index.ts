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
