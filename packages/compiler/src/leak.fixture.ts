import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Rng } from '@ebbflow/core'
import { nsf } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { compileWith } from './compile.js'
import { compileStep } from './compile-step.js'
import type { ThreadPool } from './threads/pool.js'

/** What a process holds, in MiB, and the engine's tensors. */
export interface Held {
  readonly tensors: number
  readonly megabytes: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

export function held(): Held {
  // array buffers found dead by one collection are freed by the next
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { tensors: tf.memory().numTensors, megabytes: (heapUsed + external + arrayBuffers) / 2 ** 20 }
}

/** What is held after some calls of a compiled density and step, and after many more. */
export function leak(calls: number, threads?: ThreadPool): { early: Held; late: Held } {
  const flow = nsf({ dimensions: 2, layers: 2, hidden: [8], bins: 4 }).init({ seed: 1 })
  const options = threads ? { threads } : {}
  const x = Rng.seed(1).normal([150, 2])
  const values = x.dataSync() as Float32Array
  const density = compileWith(options, (rows: tf.Tensor) => flow.logProb(rows), x)
  const step = compileStep({
    loss: ([rows]) => ({ loss: tf.neg(tf.mean(flow.logProb(rows!))) }),
    parameters: flow.trainable(),
    optimiser: {
      kind: 'sgd',
      step: 0,
      begin: () => {},
      apply: (_, from, gradient, scale, out) => {
        for (const i of out.keys()) out[i] = from[i]! - 1e-4 * scale * gradient[i]!
      },
      state: () => ({ kind: 'sgd', step: 0, vectors: {} }),
      load: () => {},
    },
    examples: [x],
    ...options,
  })
  const run = (times: number): void => {
    for (let i = 0; i < times; i++) {
      density(x).dispose()
      step.run([values], 1e-3)
      // other numbers of rows, too
      const some = tf.slice(x, 0, 1 + (i % 150))
      tf.dispose([density(some), some])
      if (i % 50 === 0) step.sync()
    }
  }
  run(60)
  const early = held()
  run(calls)
  const late = held()
  density.dispose()
  step.dispose()
  x.dispose()
  flow.dispose()
  return { early, late }
}

/** What is held before and after some programs of a few MiB each that are disposed of, and with them all at once. */
export function disposed(threads?: ThreadPool): { before: Held; during: Held; after: Held } {
  const weights = Rng.seed(1).normal([128, 1024])
  const x = Rng.seed(2).normal([130, 128])
  const before = held()
  const programs = Array.from({ length: 8 }, (_, k) =>
    compileWith(
      threads ? { threads } : {},
      (rows: tf.Tensor) => tf.sum(tf.square(tf.matMul(rows, tf.mul(weights, k + 2))), 1),
      x,
    ),
  )
  for (const program of programs) program(x).dispose()
  const during = held()
  for (const program of programs) program.dispose()
  const after = held()
  tf.dispose([weights, x])
  return { before, during, after }
}
