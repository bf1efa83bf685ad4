export { cond } from './cond.js'
export { type Contraction, type FixedPointOptions, fixedPoint } from './fixed-point.js'
export { iterate } from './iterate.js'
export {
  type Branch,
  type CondOptions,
  type Iterated,
  type IterateOptions,
  type IterationStep,
  type LoopHooks,
  type Scanned,
  type ScanOptions,
  type ScanStep,
  type SweepOptions,
  type SweepPlan,
  type Swept,
  sweep,
  withLoopHooks,
} from './loops.js'
export { type OdeOptions, odeSolve, type VectorField } from './ode/ode-solve.js'
export { type Increasing, type MonotoneOptions, solveMonotone } from './solve-monotone.js'
