import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../shape.js'
import { reshaped, rule, unbroadcast } from '../rule.js'

interface Attrs {
  transposeA: boolean
  transposeB: boolean
}

// transposes come first: WASM's product is ten times slower with its transpose flags; and they copy, for WASM keeps what it has
// packed of a right side by the side's data, whatever its shape, and a reshaped row would write beyond its result
const t = (x: tf.Tensor): tf.Tensor => {
  const batch = x.rank - 2
  return tf.transpose(x, [...Array(batch).keys(), batch + 1, batch])
}

/** All rows of a batch of matrices in one. */
const rows = (x: tf.Tensor): tf.Tensor => reshaped(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!])

/** d(A B) = dA B + A dB, for each of A and B possibly transposed first; batch axes broadcast. */
export const batchMatMul = rule<Attrs>('BatchMatMul', ['a', 'b'], (dy, [a, b], { transposeA, transposeB }) => {
  // one matrix for the whole batch: one product of all rows
  if (a!.rank > 2 && sizeOf(b!.shape.slice(0, -2)) === 1 && !transposeA) {
    const matrix = reshaped(b!, b!.shape.slice(-2))
    return {
      a: () => tf.reshape(tf.matMul(rows(dy), transposeB ? matrix : t(matrix)), a!.shape),
      b: () => reshaped(transposeB ? tf.matMul(t(rows(dy)), rows(a!)) : tf.matMul(t(rows(a!)), rows(dy)), b!.shape),
    }
  }
  const da = (): tf.Tensor => {
    if (transposeA) return tf.matMul(transposeB ? t(b!) : b!, t(dy))
    return tf.matMul(dy, transposeB ? b! : t(b!))
  }
  const db = (): tf.Tensor => {
    if (transposeB) return tf.matMul(t(dy), transposeA ? t(a!) : a!)
    return tf.matMul(transposeA ? a! : t(a!), dy)
  }
  return { a: () => unbroadcast(da(), a!.shape), b: () => unbroadcast(db(), b!.shape) }
})
