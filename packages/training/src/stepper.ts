import type { ThreadPool } from '@ebbflow/compiler'
import { currentBackend, discard, Rng, type Slot, withBackend } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Block, type BlockTensors, tensorsOf } from './batches/dataset.js'
import { diagnose } from './diagnose.js'
import { lossBatch, meanNll } from './loss.js'
import { Adam } from './optimiser/adam.js'
import type { Optimiser } from './optimiser/optimiser.js'
import type { Engine, Threads } from './options.js'
import type { StepSetting } from './setting.js'
import { type StepResult, trainStep } from './step.js'
import type { Trainable } from './trainable.js'

/** What makes the steps of a fit. */
export interface Stepper {
  /** One step; as `trainStep`. */
  step(block: Block, step: number, learningRate: number, rng: Rng): StepResult
  /** The flow's densities without noise, by a program of their own; absent where the flow itself is to be asked. */
  readonly density?: Pick<Trainable, 'logProbIn'>
  /** Makes the flow and the optimiser show what the steps have come to. */
  sync(): void
  /** Ends what it holds. */
  close(): void
}

/** Fits with fewer steps than this are over before a program would pay. */
const FEWEST_STEPS = 100
/** Fits with fewer steps than this are over before threads, which take a moment to start, would pay. */
const FEWEST_FOR_THREADS = 1000

const eager = <F extends Trainable>(setting: StepSetting<F>): Stepper => ({
  step: (...args) => trainStep(setting, ...args),
  sync: () => {},
  close: () => {},
})

/**
 * The stepper for an engine, made for batches like `block`; batches of other shapes run eagerly. Which one `auto` takes depends on the
 * options and the flow alone, so that a fit that is resumed goes on in the same way; the threads make no difference to the numbers.
 *
 * @throws EbbflowError for `compiled`, where the flow cannot be compiled; `thread` where as many threads as asked for do not start.
 */
export async function openStepper<F extends Trainable>(
  engine: Engine,
  setting: StepSetting<F>,
  block: Block | undefined,
  steps: number,
  threads: Threads,
): Promise<Stepper> {
  const backend = currentBackend()
  if (!block || engine === 'eager') return eager(setting)
  if (engine === 'auto' && (backend !== 'wasm' || steps < FEWEST_STEPS)) return eager(setting)
  try {
    const compiler = await import('@ebbflow/compiler')
    const stepper = withBackend(backend, () => compiled(compiler.compileStep, setting, block))
    const pool = stepper.parts > 1 ? await poolFor(compiler, threads, steps) : undefined
    if (pool) withBackend(backend, () => stepper.share(pool))
    return {
      ...stepper,
      density: { logProbIn: densities(compiler, setting.flow, pool) },
      close: () => {
        stepper.close()
        pool?.close()
      },
    }
  } catch (error) {
    // what is wrong with the flow itself comes up in its first step
    if (engine === 'auto') return eager(setting)
    throw error
  }
}

type Compiler = typeof import('@ebbflow/compiler')

/** Threads, if they are wanted. */
async function poolFor({ openThreads }: Compiler, threads: Threads, steps: number): Promise<ThreadPool | undefined> {
  if (threads === 1 || (threads === 'auto' && steps < FEWEST_FOR_THREADS)) return undefined
  try {
    return await openThreads({ count: threads })
  } catch (error) {
    if (threads === 'auto') return undefined
    throw error
  }
}

/** A stepper whose batches threads can share. */
interface Shareable extends Stepper {
  readonly parts: number
  share(threads: ThreadPool): void
}

function compiled<F extends Trainable>(
  compileStep: Compiler['compileStep'],
  setting: StepSetting<F>,
  example: Block,
): Shareable {
  const { flow, parameters, optimiser, clipNorm, extraLoss, memory } = setting
  const names = namesOf(example)
  const leftovers: Map<Slot, tf.Tensor>[] = []
  const loss = (inputs: tf.Tensor[]) => {
    const given = Object.fromEntries(names.map((name, i) => [name, inputs[i]!])) as unknown as BlockTensors
    const states = new Map<Slot, tf.Tensor>()
    leftovers.push(states)
    // the key is the last input, another one at each step
    const batch = lossBatch(given, Rng.fromKey(inputs.at(-1)!), states, memory)
    const nll = meanNll(flow, batch)
    if (!extraLoss) return { loss: nll, states }
    return { loss: tf.add(nll, extraLoss(flow, batch)), extras: [nll], states }
  }
  const tensors = tensorsOf(example)
  const examples = [...names.map((name) => tensors[name]!), tf.tensor1d([1, 2], 'int32')]
  let program: ReturnType<Compiler['compileStep']>
  try {
    program = compileStep({ parameters, optimiser: within(optimiser), clipNorm, examples, loss })
  } finally {
    for (const states of leftovers) discard(states)
    tf.dispose(examples)
  }
  return {
    step: (block, step, learningRate, rng) => {
      const shapes = [...namesOf(block).map((name) => shapeOf(block, name)), [2]]
      if (!program.accepts(shapes)) {
        program.sync()
        return trainStep(setting, block, step, learningRate, rng)
      }
      const inputs = [...names.map((name) => valuesOf(block, name)), rng.key]
      const { loss, extras, gradientNorm } = program.run(inputs, learningRate)
      if (Number.isFinite(gradientNorm)) return { nll: extras[0] ?? loss, gradientNorm }
      program.sync()
      throw diagnose(setting, block, step, loss, rng)
    },
    sync: () => program.sync(),
    close: () => program.dispose(),
    parts: program.parts,
    share: (threads) => program.share(threads),
  }
}

/** `logProbIn` for calls without noise, compiled when it is called first. */
function densities({ compileWith }: Compiler, flow: Trainable, threads?: ThreadPool): Trainable['logProbIn'] {
  let program: ((...inputs: tf.Tensor[]) => tf.Tensor) | undefined
  return (x, { context }) => {
    const inputs = context ? [x, context] : [x]
    program ??= compileWith(
      threads ? { threads } : {},
      (...[rows, given]: tf.Tensor[]) => flow.logProbIn(rows!, { mode: 'eval', ...(given && { context: given }) }),
      ...inputs,
    )
    return program(...inputs)
  }
}

type Name = 'x' | 'context' | 'weights'

const namesOf = (block: Block): Name[] => (['x', 'context', 'weights'] as const).filter((name) => block[name])

const valuesOf = (block: Block, name: Name): ArrayLike<number> =>
  name === 'context' ? block.context!.values : block[name]!

const shapeOf = (block: Block, name: Name): readonly number[] => {
  if (name === 'weights') return [block.rows]
  return [block.rows, ...(name === 'x' ? block.shape : block.context!.shape)]
}

/** Adam itself runs within the program; what has been derived from it may do other things, and runs beside it. */
function within(optimiser: Optimiser) {
  if (optimiser.constructor === Adam) return optimiser as Adam
  return {
    kind: optimiser.kind,
    get step() {
      return optimiser.step
    },
    begin: (learningRate: number) => optimiser.begin(learningRate),
    apply: (...args: Parameters<Optimiser['apply']>) => optimiser.apply(...args),
    state: () => optimiser.state(),
    load: (state: Parameters<Optimiser['load']>[0]) => optimiser.load(state),
  }
}
