export { barrier } from './barrier.js'
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
export { taping, untaped } from './tape.js'
