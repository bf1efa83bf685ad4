import * as tf from '@tensorflow/tfjs-core'
import { check } from '../../errors.js'
import { customRule, gradients, vjp } from '../../gradients/index.js'
import { untaped } from '../../gradients/tape.js'
import { expectShape, splitShape } from '../../shape.js'
import { attach } from '../attach.js'
import { scan } from '../scan.js'
import { adjoint, type Slope } from './adjoint.js'
import { adaptive, along, equalGrid, type Integrated, timeAndLength } from './integrate.js'
import { DOPRI5, type Field, perRow, RK4, rungeKutta } from './runge-kutta.js'

/** dx/dt at time `t`, of shape `[...rows, 1, …]` so that it broadcasts against x, and what else it depends on. */
export type VectorField = (t: tf.Tensor, x: tf.Tensor, ...params: tf.Tensor[]) => tf.Tensor

/** How {@link odeSolve} integrates. */
export interface OdeOptions {
  readonly t0: number
  /** End; may be before `t0`. */
  readonly t1: number
  /** `dopri5` (the default) chooses its steps by error, each row its own; `rk4` takes `steps` equal ones. */
  readonly method?: 'dopri5' | 'rk4'
  /** Largest error of a step relative to |x|: 1e-5 by default. */
  readonly rtol?: number
  /** Largest absolute error of a step: 1e-6 by default. */
  readonly atol?: number
  /** Most steps of `dopri5`, refused ones included: 1000 by default. */
  readonly maxSteps?: number
  /** Number of steps of `rk4`: 20 by default. */
  readonly steps?: number
  /** Rightmost axes that make one row: 1 by default. */
  readonly eventRank?: number
  /**
   * `checkpoint` (the default): the exact gradient of the steps taken, which stores x at each and computes it again; `adjoint`: the adjoint
   * equation solved backwards, in memory that does not grow with the steps, exact to the tolerances.
   */
  readonly gradient?: 'checkpoint' | 'adjoint'
}

/**
 * x(t1) for dx/dt = f(t, x; θ), x(t0) = `x0`, by Dormand and Prince's method of order 5(4) (1980) or the classical Runge–Kutta method.
 *
 * Each row has steps of its own. `params` are whatever tensors f depends on: one that f closes over gets no gradient. Derivatives with
 * respect to x0 and the params, of any order; to t0 and t1, none. A row whose first slope is NaN gives NaN.
 *
 * @throws EbbflowError `convergence`, naming the rows, where the step length vanishes or `maxSteps` do not suffice; `shape` when f gives
 * another shape than x's.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core'
 * import { odeSolve, tensor, useBackend } from '@ebbflow/core'
 * await useBackend('wasm')
 * const x = odeSolve((t, x, rate) => tf.mul(x, rate!), tensor([[1], [2]]), [tensor([-1])], { t0: 0, t1: 1 }) // x0 · e⁻¹
 * ```
 */
export function odeSolve(f: VectorField, x0: tf.Tensor, params: tf.Tensor[], options: OdeOptions): tf.Tensor {
  const { t0, t1, method = 'dopri5', eventRank = 1, steps = 20, gradient = 'checkpoint' } = options
  check(Number.isFinite(t0) && Number.isFinite(t1), 't0 and t1 must be finite', { received: `${t0} and ${t1}` })
  check(steps >= 1 && Number.isInteger(steps), 'steps must be a positive whole number', { received: `${steps}` })
  const rows = splitShape(x0.shape, eventRank).batch
  const tableau = method === 'rk4' ? RK4 : DOPRI5
  const { rtol = 1e-5, atol = 1e-6, maxSteps = 1000 } = options

  const slope: Slope = (t, x, theta) => {
    const dx = f(perRow(t, x), x, ...theta)
    expectShape(dx.shape, x.shape, 'shape of dx/dt')
    return dx
  }
  const integrate = (
    field: Field,
    start: tf.Tensor[],
    [from, to]: [number, number],
    integrals?: Parameters<typeof adaptive>[5],
  ): Integrated =>
    untaped(() => {
      if (method === 'dopri5')
        return adaptive(field, start, rows, { t0: from, t1: to, rtol, atol, maxSteps }, 'odeSolve', integrals)
      const grid = equalGrid(from, to, steps, rows)
      const end = along(grid, { state: start, sums: integrals?.start ?? [] }, (t, h, { state, sums }) =>
        tf.tidy(() => {
          const { next, stages } = rungeKutta(tableau, field, t, h, state)
          return { state: next, sums: integrals ? integrals.add(stages, h, sums) : sums }
        }),
      )
      return { ...end, grid }
    })

  const taken = (t: tf.Tensor, h: tf.Tensor, x: tf.Tensor, theta: tf.Tensor[]): tf.Tensor =>
    rungeKutta(tableau, (at, [point]) => [slope(at, point!, theta)], t, h, [x]).next[0]!
  // one step as a function that saves its inputs and computes itself again in the backward pass
  const step = customRule(
    ([t, h, x, ...theta]) => taken(t!, h!, x!, theta),
    ({ dy, inputs: [t, h, ...rest] }) => {
      const again = (): tf.Tensor => {
        const [x, ...theta] = rest
        return taken(t!, h!, x!, theta)
      }
      return [null, null, ...vjp(again, rest, dy).gradients]
    },
  )

  // along the steps that were taken, keeping x at each, and back again; its own derivatives are those of all steps one after another
  const again = (grid: tf.Tensor, x0: tf.Tensor, theta: tf.Tensor[]): tf.Tensor =>
    along(grid, x0, (t, h, x) => step([t, h, x, ...theta]))
  const pull = customRule<tf.Tensor[]>(
    ([grid, x0, dy, ...theta]) => {
      const move = (at: tf.Tensor, x: tf.Tensor): tf.Tensor => taken(...timeAndLength(at), x, theta)
      const { trail } = scan({
        along: [grid!],
        state: [x0!],
        step: ([x], [at]) => ({ state: [move(at!, x!)] }),
        trail: true,
      })
      const { state, sums } = scan({
        along: [grid!, ...trail],
        state: [dy!],
        sums: theta.map(({ shape }) => shape),
        step: ([a], [at, x]) => {
          const { gradients } = vjp(() => move(at!, x!), [x!, ...theta], a!)
          return { state: gradients.slice(0, 1), terms: gradients.slice(1) }
        },
        reverse: true,
      })
      return [...state, ...sums]
    },
    ({ dy: weights, inputs: [grid, x0, dy, ...theta] }) => {
      const total = (): tf.Tensor =>
        vjp(() => again(grid!, x0!, theta), [x0!, ...theta], dy!)
          .gradients.map((g, i) => tf.sum(tf.mul(g, weights[i]!)))
          .reduce((a, b) => tf.add(a, b))
      return [null, ...gradients(total, [x0!, dy!, ...theta])]
    },
  )

  return tf.tidy(() => {
    if (t0 === t1) return tf.clone(x0)
    const { state, grid } = integrate((t, [x]) => [slope(t, x!, params)], [x0], [t0, t1])
    if (gradient === 'checkpoint')
      return attach(state[0]!, [grid, x0, ...params], ({ dy, inputs: [grid, ...rest] }) => {
        const [x0, ...theta] = rest
        return [null, ...pull([grid!, x0!, dy, ...theta])]
      })
    const back = adjoint(slope, tableau, (field, start, integrals) => integrate(field, start, [t1, t0], integrals))
    return attach(state[0]!, [x0, ...params], ({ dy, solution, inputs: [, ...theta] }) => back(solution, dy, theta))
  })
}
