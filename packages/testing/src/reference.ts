import { vjp } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'

/** log|det A| of a square matrix given by rows, by elimination with partial pivoting, in double precision. */
export function logAbsDet(rows: readonly (readonly number[])[]): number {
  const a = rows.map((row) => [...row])
  const n = a.length
  let total = 0
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i
    const top = a[pivot]!
    a[pivot] = a[k]!
    a[k] = top
    total += Math.log(Math.abs(top[k]!))
    for (let i = k + 1; i < n; i++) {
      const factor = a[i]![k]! / top[k]!
      for (let j = k; j < n; j++) a[i]![j]! -= factor * top[j]!
    }
  }
  return total
}

/** log|det ∂f/∂x| of each row of x, from the exact Jacobian, one reverse pass an output value; x is `[rows, ...event]`. */
export function exactLogDet(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): number[] {
  return tf.tidy(() => {
    const rows = x.shape[0]!
    const n = x.size / rows
    const out = f(x)
    const jacobians = Array.from({ length: rows }, (): number[][] => [])
    for (let j = 0; j < n; j++) {
      const pick = new Float32Array(rows * n)
      for (let r = 0; r < rows; r++) pick[r * n + j] = 1
      const { value, gradients } = vjp(() => f(x), [x], tf.reshape(tf.tensor1d(pick), out.shape))
      const values = gradients[0]!.dataSync()
      tf.dispose([value, gradients])
      for (let r = 0; r < rows; r++) jacobians[r]!.push([...values.slice(r * n, (r + 1) * n)])
    }
    return jacobians.map(logAbsDet)
  })
}
