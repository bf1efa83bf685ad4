import { availableParallelism } from 'node:os'
import { Emerging } from '@ebbflow/bijectors'
import { compileStep, compileWith, openThreads } from '@ebbflow/compiler'
import { compileNative } from '@ebbflow/compiler/native'
import { type Module, Rng, type Slot, sizeOf, useBackend, valueAndGradients } from '@ebbflow/core'
import { Independent, Normal } from '@ebbflow/distributions'
import { type Flow, glow, maf, nsf, realNVP } from '@ebbflow/flows'
import { Adam, applyGradients } from '@ebbflow/training'
import * as tf from '@tensorflow/tfjs-core'
import type { Greeting } from '../protocol.js'
import type { Work } from '../works.js'
import { DATA_SEED, mean, meanSquare, normals, realNVPParameter } from './numbers.js'
import { type Ready, serve } from './serve.js'

// our own flows: `ours.ts compiled wasm`, `ours.ts compiled wasm threads`, `ours.ts compiled native`, and `ours.ts eager` of either
const [engine, backend, shared] = process.argv.slice(2) as [
  'compiled' | 'eager',
  'wasm' | 'native',
  'threads' | undefined,
]
const pool = shared && (await openThreads())
const options = pool ? { threads: pool } : {}

const flowOf = ({ model, event, layers }: Work): Flow => {
  const [dimensions] = event as [number]
  if (model === 'maf') return maf({ dimensions, layers, hidden: [256, 256] })
  if (model === 'nsf') return nsf({ dimensions, layers, hidden: [64, 64] })
  if (model === 'realnvp') return realNVP({ dimensions, layers, hidden: [64, 64] })
  const pixels = sizeOf(event)
  // a trainable base and nothing between the scales, as normflows' Glow has them
  const base = new Normal({ loc: Array(pixels).fill(0), scale: Array(pixels).fill(1), learnable: true })
  const scales = { levels: 2, steps: layers, width: 32, splitPriors: false }
  return glow({ image: event, alpha: 0, ...scales, base: new Independent(base) })
}

/**
 * Moves parameters away from the identity, so that nothing is zero that would not be after training; by less where there are many inputs,
 * or flows of a thousand dimensions would leave single precision.
 */
function randomise<M extends Module>(model: M, dimensions: number): M {
  model.init({ seed: 1 })
  const spread = 0.4 / Math.sqrt(Math.max(64, dimensions))
  for (const [path, slot] of model.parameters())
    tf.tidy(() => slot.assign(tf.add(slot.value, tf.mul(Rng.seed(path).normal(slot.shape), spread))))
  return model
}

/** RealNVP in 2-D at the parameters that contenders written by hand have too: their first layer for data is our last. */
function assignShared(flow: Flow, layers: number): void {
  const slots = [...flow.parameters().values()]
  for (const [i, slot] of slots.entries()) {
    const values = realNVPParameter(layers - 1 - Math.floor(i / 6), (i % 6) >> 1, i % 2 === 0 ? 'kernel' : 'bias')
    tf.tidy(() => slot.assign(tf.tensor(values, [...slot.shape])))
  }
}

const draw = (rows: number, event: readonly number[]): tf.Tensor =>
  tf.tensor(normals(DATA_SEED, rows * sizeOf(event)), [rows, ...event])

function made(work: Work): Flow {
  const flow = randomise(flowOf(work), work.model === 'glow' ? 1 : sizeOf(work.event))
  if (work.model === 'realnvp' && work.event[0] === 2) assignShared(flow, work.layers)
  if (work.model === 'glow') {
    const x = draw(work.rows, work.event)
    flow.initialise(x)
    x.dispose()
  }
  return flow
}

const count = (parameters: Iterable<Slot>): number => [...parameters].reduce((sum, { shape }) => sum + sizeOf(shape), 0)

function step(work: Work): Ready {
  const flow = made(work)
  const x = draw(work.rows, work.event)
  const values = x.dataSync() as Float32Array
  const optimiser = new Adam()
  const parameters = flow.trainable()
  const slots = [...parameters.values()]
  const loss = (rows: tf.Tensor): tf.Tensor => tf.neg(tf.mean(flow.logProb(rows)))
  const compiled = () =>
    compileStep({ loss: ([rows]) => ({ loss: loss(rows!) }), parameters, optimiser, examples: [x], ...options })
  if (work.kind === 'compile')
    return {
      run: () => {
        compiled()
        return undefined
      },
    }
  if (engine === 'compiled') {
    const program = compiled()
    return {
      parameters: count(slots),
      bytes: program.memoryBytes,
      check: program.run([values], 0).loss,
      run: () => {
        program.run([values], 1e-4)
        return undefined
      },
    }
  }
  return {
    parameters: count(slots),
    check: tf.tidy(() => loss(x).dataSync()[0]!),
    run: () => {
      tf.tidy(() => {
        const { value, gradients } = valueAndGradients(
          () => loss(x),
          slots.map((slot) => slot.value),
        )
        // as anyone would to see how it goes, and as compiled steps do
        value.dataSync()
        applyGradients(optimiser, parameters, gradients, { learningRate: 1e-4 })
      })
      return undefined
    },
  }
}

/** A function of x, compiled or not, with its result read, the first where it has several. */
function mapping(
  f: (x: tf.Tensor) => tf.Tensor | tf.Tensor[],
  x: tf.Tensor,
  slots: Iterable<Slot>,
  checked: (values: ArrayLike<number>) => number,
): Ready | undefined {
  const compile = (g: (x: tf.Tensor) => tf.Tensor | tf.Tensor[], z: tf.Tensor) =>
    backend === 'native' ? compileNative(g, z) : compileWith(options, g, z)
  const compiled = engine === 'compiled' ? compile(f, x) : undefined
  // what TensorFlow has no ops for would run eagerly
  if (compiled?.engine === 'eager' && backend === 'native') return undefined
  if (compiled?.engine === 'eager') throw new Error(compiled.reason)
  const run = compiled ?? f
  const once = () => {
    const results = [run(x)].flat()
    const values = results[0]!.dataSync()
    tf.dispose(results)
    return values
  }
  return {
    parameters: count(slots),
    ...(compiled?.memoryBytes !== undefined && { bytes: compiled.memoryBytes }),
    check: checked(once()),
    run: () => {
      once()
      return undefined
    },
  }
}

function setUp(work: Work): Ready | undefined {
  const { model, kind, rows, event } = work
  if (model === 'emerging') {
    const layer = randomise(new Emerging({ shape: event }), 1)
    const f = (x: tf.Tensor): tf.Tensor => (kind === 'forward' ? layer.forward(x) : layer.inverse(x))
    return mapping(f, draw(rows, event), layer.trainable().values(), meanSquare)
  }
  if (kind === 'step' || kind === 'compile') return step(work)
  const flow = made(work)
  const slots = [...flow.trainable().values()]
  if (kind === 'gradients') {
    const f = (x: tf.Tensor): tf.Tensor[] => {
      const { value, gradients } = valueAndGradients(
        () => tf.neg(tf.mean(flow.logProb(x))),
        slots.map((slot) => slot.value),
      )
      return [value, ...gradients]
    }
    return mapping(f, draw(rows, event), slots, mean)
  }
  if (kind === 'logProb') return mapping((x) => flow.logProb(x), draw(rows, event), slots, mean)
  // the draws of the base are the same work for all
  return mapping((z) => flow.fromLatent(z), draw(rows, flow.base.eventShape), slots, meanSquare)
}

async function greeting(): Promise<Greeting> {
  try {
    await useBackend(backend)
  } catch (error) {
    if (backend !== 'native') throw error
    // what the loader received is a page of paths; what it expected says what to do
    return { absent: (error as Error).message.split(/, got |\n/)[0]! }
  }
  const threads = backend === 'native' ? availableParallelism() : (pool?.count ?? 1)
  return { versions: { '@tensorflow/tfjs-core': tf.version_core }, threads }
}

const hello = await greeting()
if ('absent' in hello) process.stdout.write(`${JSON.stringify(hello)}\n`)
else await serve(hello, setUp, () => tf.memory().numTensors)
