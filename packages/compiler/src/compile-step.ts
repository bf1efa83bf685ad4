import { areParametersReplaced, check, type Slot, valueAndGradients } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import { verify } from './program.js'
import { Regions } from './regions.js'
import { checkRoom } from './room.js'
import { analyseRows } from './rows/analyse.js'
import { takeOutDraws } from './rows/draws.js'
import { CompiledStep } from './step/compiled-step.js'
import { partingOf } from './step/lanes.js'
import type { Machine } from './step/machine.js'
import type { StepOptions } from './step/options.js'
import { isSummed, ShardedMachine } from './step/sharded.js'
import { type StepSource, stepSource } from './step/source.js'
import { WholeMachine } from './step/whole.js'
import type { ThreadPool } from './threads/pool.js'
import { besideOf, trace } from './trace.js'

/**
 * Compiles a training step into one program.
 *
 * @throws EbbflowError `unsupported` where the loss cannot be compiled: its course depends on data, it differs from one call to the next, or
 * it draws random numbers; `argument` for a batch that outgrows the engine's memory while it is recorded, with the one that would fit, and within
 * `withParameters`.
 * @example
 * ```ts
 * import { compileStep } from '@ebbflow/compiler'
 * const step = compileStep({
 *   loss: ([batch]) => ({ loss: tf.neg(tf.mean(flow.logProb(batch!))) }),
 *   parameters: flow.trainable(),
 *   optimiser: new Adam(),
 *   examples: [x],
 * })
 * const { loss } = step.run([x.dataSync()], 1e-3)
 * step.sync()
 * ```
 */
export function compileStep(options: StepOptions): CompiledStep {
  const { loss, parameters, examples } = options
  check(!areParametersReplaced(), 'a step cannot be compiled while parameters are replaced', {
    expected: 'compileStep outside of withParameters',
    received: 'a call within it',
  })
  const slots = [...parameters.values()]
  const leftovers: tf.Tensor[] = []
  let states: Slot[] = []
  let extras = 0
  const stepOf = (inputs: tf.Tensor[]): tf.Tensor[] => {
    const beside: tf.Tensor[] = []
    const { value, gradients } = valueAndGradients(
      () => {
        const parts = loss(inputs)
        states = [...(parts.states?.keys() ?? [])]
        extras = parts.extras?.length ?? 0
        for (const tensor of [...(parts.extras ?? []), ...(parts.states?.values() ?? [])])
          beside.push(tf.keep(tf.clone(tensor)))
        return parts.loss
      },
      slots.map((slot) => slot.value),
    )
    leftovers.push(...beside)
    return [value, ...gradients, ...beside]
  }
  let results: tf.Tensor[] = []
  try {
    checkRoom(stepOf, examples)
    tf.dispose(leftovers.splice(0))
    const recording = trace(stepOf, examples)
    results = recording.results
    const regions = new Regions(parameters)
    const rows = examples[0]?.shape[0]
    const { weightDecay = 0, decays = () => false } = options.optimiser.settings ?? {}
    const source = stepSource(recording, slots, regions, weightDecay === 0 ? () => false : decays, rows)
    const make = machineMaker(source, examples)
    const machine = make(options.threads)
    for (const [i, example] of examples.entries()) machine.setInput(i, example.dataSync() as ArrayLike<number>)
    machine.evaluate()
    verify(
      results.map((_, i) => machine.peek(i)),
      results,
      (turn) => besideOf(stepOf, examples, turn),
    )
    return new CompiledStep(machine, make, regions, options, states, extras)
  } finally {
    tf.dispose([results, leftovers])
  }
}

/** Parts the batch where the step comes down to sums over its rows. */
function machineMaker(source: StepSource, examples: readonly tf.Tensor[]): (threads?: ThreadPool) => Machine {
  const { rows = 0, regions } = source
  const parting = partingOf(rows, (examples[0]?.size ?? 0) / Math.max(1, rows), regions.bytes)
  if (!parting) return () => new WholeMachine(source)
  const { graph, draws } = takeOutDraws(source.optimised.graph, rows, examples.length)
  const like = [...examples.keys()].filter((i) => examples[i]!.shape[0] === rows)
  const analysis = analyseRows(graph, rows, new Set([...like, ...draws.map(({ index }) => index)]))
  if (!isSummed(analysis)) return () => new WholeMachine(source)
  return (threads) => new ShardedMachine(source, analysis, parting, draws, threads)
}
