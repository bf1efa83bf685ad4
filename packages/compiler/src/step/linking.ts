import { WasmModule } from '../emit/module.js'
import { emitAccumulate, emitAdam, emitCombine, emitNorm } from '../emit/optimiser.js'
import { hostNodes } from '../host.js'
import { link } from '../link.js'
import { Memory } from '../memory.js'
import type { Regions } from '../regions.js'
import { instantiate, MOST_BYTES, openMemory, type Started } from '../start.js'
import type { Stage } from '../timings.js'
import type { Leg, StepPlan } from './planning.js'

/** A step that is ready to run in memory of its own. */
export interface LinkedStep {
  readonly memory: WebAssembly.Memory
  readonly started: Started
  /** What each function runs, by its name. */
  readonly stages: ReadonlyMap<string, Stage>
}

/**
 * Emits and starts the module of a step on a batch of so many rows.
 *
 * @throws EbbflowError `unsupported` for more than 4 GiB of memory, with the batch that would fit.
 */
export function linkStep(step: StepPlan, regions: Regions, rows: number): LinkedStep {
  const { bytes, places, threads } = step
  // of all that is there, the batch itself alone grows with its rows
  const perRow = places.batch.reduce((sum, { bytesPerRow }) => sum + bytesPerRow, 0)
  const fits = (): number => Math.floor((MOST_BYTES - (bytes - perRow * rows)) / perRow)
  const memory = openMemory(bytes, { shared: threads > 1, fits })
  const module = new WasmModule()
  const stages = new Map<string, Stage>()
  let firstHost = 0
  for (const leg of legsOf(step)) {
    const { name, graph, operations, plan, movable = [] } = leg
    link(module, graph, operations, plan, { name, firstHost, movable })
    stages.set(name, { graph, operations, plan, memory: new Memory(graph, plan, memory).initialise() })
    firstHost += hostNodes(operations).length
  }
  emitNorm(module)
  emitAdam(module, regions)
  emitCombine(module, places.lanes.length, places.apart)
  emitAccumulate(module)
  const started = instantiate(module, memory, [...stages.values()], threads > 1 ? bytes : undefined)
  return { memory, started, stages }
}

const legsOf = ({ before, after, lanes, tail }: StepPlan): Set<Leg> =>
  new Set([before, after, ...lanes.map(({ leg }) => leg), ...(tail ? [tail] : [])])
