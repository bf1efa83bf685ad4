import { pathToFileURL } from 'node:url'
import { Rng, useBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { compile } from '../compile.js'
import { hasFused } from './fused.js'

const [ROWS, DEPTH, COLUMNS] = [13, 65, 21]

/** What double precision makes of the same numbers. */
const FUNCTIONS: Readonly<Record<string, readonly [(x: tf.Tensor) => tf.Tensor, (x: number) => number]>> = {
  exp: [tf.exp, Math.exp],
  tanh: [tf.tanh, Math.tanh],
  softplus: [tf.softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
  log: [(x) => tf.log(tf.abs(x)), (x) => Math.log(Math.abs(x))],
  atan: [tf.atan, Math.atan],
  power: [(x) => tf.pow(tf.abs(x), 1.7), (x) => Math.abs(x) ** Math.fround(1.7)],
}

/** What compiled products and functions get wrong. */
export function checkFused(): string[] {
  return tf.tidy(() => {
    const a = Rng.seed(1).normal([ROWS, DEPTH]) as tf.Tensor2D
    const b = Rng.seed(2).normal([DEPTH, COLUMNS]) as tf.Tensor2D
    const names = Object.keys(FUNCTIONS)
    const compiled = compile(
      (a: tf.Tensor, b: tf.Tensor) => {
        const product = tf.matMul(a, b)
        return [product, ...names.map((name) => FUNCTIONS[name]![0](product))]
      },
      a,
      b,
    )
    const [product, ...values] = compiled(a, b)
    const [left, right] = [a.dataSync(), b.dataSync()]
    const sums = product!.dataSync()
    const wrong: string[] = []
    for (const [at, sum] of sums.entries()) {
      const [i, j] = [Math.floor(at / COLUMNS), at % COLUMNS]
      let exact = 0
      for (let k = 0; k < DEPTH; k++) exact += left[i * DEPTH + k]! * right[k * COLUMNS + j]!
      if (Math.abs(sum - exact) > 1e-5) wrong.push(`product ${at}: ${sum}, not ${exact}`)
      for (const [n, name] of names.entries()) {
        const [got, want] = [values[n]!.dataSync()[at]!, FUNCTIONS[name]![1](sum)]
        if (!(Math.abs(got - want) <= 2e-7 * Math.max(Math.abs(want), 1e-2)))
          wrong.push(`${name} of ${sum}: ${got}, not ${want}`)
      }
    }
    compiled.dispose()
    return wrong
  })
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await useBackend('wasm')
  process.stdout.write(JSON.stringify({ fused: hasFused(), wrong: checkFused() }))
}
