import type { ThreadPool } from '@ebbflow/compiler'
import { currentBackend, withBackend } from '@ebbflow/core'
import type { Block } from './batches/dataset.js'
import { compiledStepper, densities } from './compiled.js'
import type { Engine, StepEngine, Threads } from './options.js'
import type { StepSetting } from './setting.js'
import { type Choosable, eagerStepper, type Stepper } from './stepper.js'
import { timedStepper } from './timed.js'
import type { Trainable } from './trainable.js'

/** Fits with fewer steps than this are over before a program would pay. */
const FEWEST_STEPS = 100
/** Fits with fewer steps than this are over before threads, which take a moment to start, would pay. */
const FEWEST_FOR_THREADS = 1000

/** What a stepper is made for. */
interface Wanted {
  readonly engine: Engine
  /** What an earlier part of the fit has kept by time. */
  readonly kept?: StepEngine | undefined
  /** Steps in all. */
  readonly steps: number
  readonly threads: Threads
}

/**
 * The stepper for an engine, made for batches like `block`; batches of other shapes run eagerly. On WASM, which one `auto` takes depends on
 * the options and the flow alone, so that a fit that is resumed goes on in the same way; on the native backend it times both, and a fit
 * that is resumed goes on with what was `kept`. The threads make no difference to the numbers.
 *
 * @throws EbbflowError for `compiled`, where the flow cannot be compiled; `thread` where as many threads as asked for do not start.
 */
export async function openStepper<F extends Trainable>(
  wanted: Wanted,
  setting: StepSetting<F>,
  block: Block | undefined,
): Promise<Stepper> {
  const eager = eagerStepper(setting)
  const backend = currentBackend()
  const engine = settled(wanted, backend)
  if (!block || engine === 'eager') return keeping(eager, wanted, backend)
  try {
    const compiled = await openCompiled(wanted, setting, block, backend)
    if (engine === 'compiled') return keeping(compiled, wanted, backend)
    return timedStepper(compiled, eager)
  } catch (error) {
    // what is wrong with the flow itself comes up in its first step
    if (wanted.engine === 'auto') return eager
    throw error
  }
}

/** The engine as far as it can be told beforehand; `auto` where time is to tell. */
function settled({ engine, kept, steps }: Wanted, backend: string): Engine {
  if (engine !== 'auto') return engine
  if (backend === 'tensorflow') return kept ?? (steps < FEWEST_STEPS ? 'eager' : 'auto')
  return backend === 'wasm' && steps >= FEWEST_STEPS ? 'compiled' : 'eager'
}

/** Hands on what an earlier part of the fit has kept, where this part goes by it. */
function keeping(stepper: Stepper, { engine, kept }: Wanted, backend: string): Stepper {
  return engine === 'auto' && kept && backend === 'tensorflow' ? { ...stepper, kept } : stepper
}

type Compiler = typeof import('@ebbflow/compiler')

async function openCompiled<F extends Trainable>(
  { threads, steps }: Wanted,
  setting: StepSetting<F>,
  block: Block,
  backend: string,
): Promise<Choosable> {
  const compiler = await import('@ebbflow/compiler')
  const stepper = withBackend(backend, () => compiledStepper(compiler.compileStep, setting, block))
  const pool = stepper.parts > 1 ? await poolFor(compiler, threads, steps) : undefined
  if (pool) withBackend(backend, () => stepper.share(pool))
  return {
    ...stepper,
    ...(pool && { threads: Math.min(pool.count, stepper.parts) }),
    density: { logProbIn: densities(compiler, setting.flow, pool) },
    close: () => {
      stepper.close()
      pool?.close()
    },
  }
}

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
