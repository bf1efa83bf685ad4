import type { ThreadPool } from '@ebbflow/compiler'
import { discard, Rng, type Slot } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Block, type BlockTensors, tensorsOf } from './batches/dataset.js'
import { diagnose } from './diagnose.js'
import { lossBatch, meanNll } from './loss.js'
import { Adam } from './optimiser/adam.js'
import type { Optimiser } from './optimiser/optimiser.js'
import type { StepSetting } from './setting.js'
import { trainStep } from './step.js'
import type { Choosable } from './stepper.js'
import type { Trainable } from './trainable.js'

type Compiler = typeof import('@ebbflow/compiler')

/** A stepper whose batches threads can share. */
interface Shareable extends Choosable {
  readonly parts: number
  share(threads: ThreadPool): void
}

/** The stepper that runs one program, made for batches like `example`; batches of other shapes run eagerly. */
export function compiledStepper<F extends Trainable>(
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
  const takes = (block: Block): boolean => program.accepts([...namesOf(block).map((name) => shapeOf(block, name)), [2]])
  return {
    engine: 'compiled',
    takes,
    step: (block, step, learningRate, rng) => {
      if (!takes(block)) {
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
export function densities({ compileWith }: Compiler, flow: Trainable, threads?: ThreadPool): Trainable['logProbIn'] {
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
