import { compile, compileStep } from '@ebbflow/compiler'
import { type Rng as Generator, Rng, useBackend, valueAndGradients } from '@ebbflow/core'
import { type Flow, maf, nsf, realNVP } from '@ebbflow/flows'
import { Adam, applyGradients } from '@ebbflow/training'
import * as tf from '@tensorflow/tfjs-core'
import { serve } from './serve.js'
import type { Work } from './works.js'

// our own flows: `ours.ts compiled wasm`, `ours.ts eager wasm`, `ours.ts eager native`
const [engine, backend] = process.argv.slice(2) as ['compiled' | 'eager', 'wasm' | 'native']

const flowOf = ({ flow, dimensions }: Work): Flow => {
  if (flow === 'maf') return maf({ dimensions, layers: 5, hidden: [256, 256] })
  const options = { dimensions, layers: 8, hidden: [64, 64] }
  return flow === 'nsf' ? nsf(options) : realNVP(options)
}

/** Parameters away from the identity, so that nothing is zero that would not be after training. */
function randomised(flow: Flow): Flow {
  flow.init({ seed: 1 })
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.05))))
  return flow
}

const draw = (work: Work, rng: Generator = Rng.seed(2)): tf.Tensor => rng.normal([work.rows, work.dimensions])

function step(work: Work): () => void {
  const flow = randomised(flowOf(work))
  const x = draw(work)
  const values = x.dataSync() as Float32Array
  const optimiser = new Adam()
  const parameters = flow.trainable()
  if (engine === 'compiled') {
    const program = compileStep({
      loss: ([rows]) => ({ loss: tf.neg(tf.mean(flow.logProb(rows!))) }),
      parameters,
      optimiser,
      examples: [x],
    })
    return () => void program.run([values], 1e-4)
  }
  const slots = [...parameters.values()]
  return () =>
    tf.tidy(() => {
      const { gradients } = valueAndGradients(
        () => tf.neg(tf.mean(flow.logProb(x))),
        slots.map((slot) => slot.value),
      )
      applyGradients(optimiser, parameters, gradients, { learningRate: 1e-4 })
    })
}

/** A function of x, compiled or not, with its result read. */
function mapping(work: Work, f: (flow: Flow, x: tf.Tensor) => tf.Tensor): () => void {
  const flow = randomised(flowOf(work))
  const x = draw(work)
  const run =
    engine === 'compiled' ? compile((given: tf.Tensor) => f(flow, given), x) : (given: tf.Tensor) => f(flow, given)
  return () =>
    tf.tidy(() => {
      run(x).dataSync()
    })
}

await useBackend(backend)
await serve((work) => {
  if (work.kind === 'step') return step(work)
  if (work.kind === 'logProb') return mapping(work, (flow, x) => flow.logProb(x))
  // the draws of the base are the same work for all
  if (work.kind === 'sample') return mapping(work, (flow, z) => flow.fromLatent(z))
  if (engine !== 'compiled') return undefined
  return () => step(work)
})
