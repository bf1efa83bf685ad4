import { customRule, jvp, type Mapped, vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** An autoregressive map y = f(x; θ) of rows `[rows, D]`, increasing in each value, with all that it depends on given as θ. */
export interface TriangularMap {
  readonly dimensions: number
  /** f(x; θ) and log ∂f_d/∂x_d, both `[rows, D]`. */
  evaluate(x: tf.Tensor, theta: tf.Tensor[]): { value: tf.Tensor; logDiagonal: tf.Tensor }
  /** x with f(x; θ) = y, and log|det ∂x/∂y| `[rows]`; called off the tape. */
  solve(y: tf.Tensor, theta: tf.Tensor[]): [x: tf.Tensor, logDet: tf.Tensor]
  /** v with Jᵀ v = dx; called off the tape. */
  pull(dx: tf.Tensor, x: tf.Tensor, theta: tf.Tensor[]): tf.Tensor
}

/**
 * x with f(x; θ) = y and log|det ∂x/∂y|. Derivatives of x are those of the implicit function theorem: v = J⁻ᵀ dx is the gradient of y, and
 * −vᵀ ∂f/∂θ that of θ; those of the log-determinant are the map's own at x. Differentiable again.
 */
export function invertTriangular(map: TriangularMap, y: tf.Tensor, theta: tf.Tensor[]): Mapped {
  const [found, foundLogDet] = customRule<tf.Tensor[]>(
    ([given, ...rest]) => map.solve(given!, rest),
    ({ inputs }) => inputs.map(() => null),
  )([y, ...theta])
  const value = attach(map, [found!, y, ...theta])
  const logDet = customRule(
    ([given]) => given!,
    ({ dy, inputs: [, x, ...rest] }) => {
      const back = (): tf.Tensor => tf.neg(tf.sum(map.evaluate(x!, rest).logDiagonal, 1))
      return [null, ...vjp(back, [x!, ...rest], dy).gradients]
    },
  )([foundLogDet!, value, ...theta])
  return { value, logDet }
}

/** The solution that was found, as a function of y and θ. */
function attach(map: TriangularMap, inputs: tf.Tensor[]): tf.Tensor {
  return customRule(
    ([found]) => found!,
    ({ dy, inputs: saved }) => {
      const [, , ...theta] = saved
      const x = attach(map, saved)
      const v = pull(map, dy, x, theta)
      return [null, v, ...vjp(() => map.evaluate(x, theta).value, theta, tf.neg(v)).gradients]
    },
  )(inputs)
}

/** v = J⁻ᵀ dx, with the derivatives of vᵀ J = dxᵀ: for u along v, w = J⁻¹ u is the gradient of dx, and −∇ vᵀ J w that of x and θ. */
function pull(map: TriangularMap, dx: tf.Tensor, x: tf.Tensor, theta: tf.Tensor[]): tf.Tensor {
  return customRule(
    ([given, at, ...rest]) => map.pull(given!, at!, rest),
    ({ dy: u, inputs: [given, at, ...rest] }) => {
      const w = push(map, u, at!, rest)
      const v = pull(map, given!, at!, rest)
      const image = (): tf.Tensor => jvp(() => map.evaluate(at!, rest).value, [at!], [w]).tangent
      return [w, ...vjp(image, [at!, ...rest], tf.neg(v)).gradients]
    },
  )([dx, x, ...theta])
}

/** w = J⁻¹ u: with J = diagonal + strictly triangular, each of D steps mends one more value. */
function push(map: TriangularMap, u: tf.Tensor, x: tf.Tensor, theta: tf.Tensor[]): tf.Tensor {
  const back = tf.exp(tf.neg(map.evaluate(x, theta).logDiagonal))
  let w = tf.mul(u, back)
  for (let step = 1; step < map.dimensions; step++) {
    const { tangent } = jvp(() => map.evaluate(x, theta).value, [x], [w])
    w = tf.add(w, tf.mul(tf.sub(u, tangent), back))
  }
  return w
}
