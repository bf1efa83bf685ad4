import { Rng, useBackend, valueAndGradients } from '@ebbflow/core'
import { realNVP } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { compileStep, compileWith, openThreads, type StepOptimiser } from '../index.js'

/** What programs come to on one thread and on several, and what the engine says. */
export interface Driven {
  readonly count: number
  readonly alone: readonly number[]
  readonly shared: readonly number[]
  readonly eager: readonly number[]
  readonly losses: readonly (readonly number[])[]
  readonly gradientNorm: number
}

const adam = (): StepOptimiser => ({
  kind: 'adam',
  step: 0,
  settings: { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0, decays: () => false },
  begin: () => {},
  apply: () => {},
  state: () => ({ kind: 'adam', step: 0, vectors: {} }),
  load: () => {},
})

const flowOf = () => realNVP({ dimensions: 2, layers: 2, hidden: [8, 8] }).init({ seed: 1 })

/** Densities and steps on one thread and on `wanted`. */
export async function drive(wanted: number): Promise<Driven> {
  const threads = await openThreads({ count: wanted })
  const flow = flowOf()
  for (const [path, slot] of flow.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), 0.25))))
  const x = Rng.seed(1).normal([300, 2])
  const nll = (rows: tf.Tensor): tf.Tensor => tf.neg(tf.mean(flow.logProb(rows)))
  const list = (tensor: tf.Tensor): number[] => Array.from(tensor.dataSync())
  const density = (options: object): number[] =>
    list(compileWith(options, (rows: tf.Tensor) => flow.logProb(rows), x)(x))
  const alone = density({})
  const shared = density({ threads })
  const eager = list(flow.logProb(x))
  const parameters = flow.trainable()
  const { gradients } = valueAndGradients(
    () => nll(x),
    [...parameters.values()].map((slot) => slot.value),
  )
  const gradientNorm = Math.hypot(...gradients.flatMap(list))
  const outcomes = [{}, { threads }].map((options) => {
    const step = compileStep({
      loss: ([rows]) => ({ loss: nll(rows!) }),
      parameters,
      optimiser: adam(),
      examples: [x],
      ...options,
    })
    // nothing is written back, so that both start from the same
    return [1, 2, 3].map(() => step.run([x.dataSync() as Float32Array], 0.01))
  })
  threads.close()
  return {
    count: threads.count,
    alone,
    shared,
    eager,
    losses: outcomes.map((steps) => steps.map(({ loss }) => loss)),
    gradientNorm: outcomes[0]![0]!.gradientNorm / gradientNorm,
  }
}

/** In a worker, answers a number of threads with what they come to. */
const { document } = globalThis as { document?: unknown }
if (document === undefined)
  addEventListener('message', async ({ data }: MessageEvent<number>) => {
    try {
      await useBackend('cpu')
      postMessage(await drive(data))
    } catch (error) {
      postMessage(String(error))
    }
  })
