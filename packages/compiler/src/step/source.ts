import { EbbflowError, type Slot } from '@ebbflow/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type Optimised, optimise } from '../build.js'
import type { ValueId } from '../graph.js'
import { copyRepeated } from '../passes/copy-repeated.js'
import type { Recording } from '../record.js'
import type { Regions } from '../regions.js'

/** What the program of a step is made of: its outputs are the loss, a gradient for each slot, and others. */
export interface StepSource {
  readonly optimised: Optimised
  readonly variables: readonly tf.Variable[]
  readonly regions: Regions
  /** Addresses of parameters and gradients: they lie side by side, in the order of the slots, so that one loop updates them all. */
  readonly pinned: ReadonlyMap<ValueId, number>
  /** Rows of a batch, where it has any. */
  readonly rows: number | undefined
  /** Which parameters decay. */
  readonly decays: (path: string) => boolean
}

export function stepSource(
  { graph, variables }: Recording,
  slots: readonly Slot[],
  regions: Regions,
  decays: (path: string) => boolean,
  rows: number | undefined,
): StepSource {
  const gradients = slots.map((_, i) => 1 + i)
  const { graph: plain, passes } = optimise(graph)
  const own = copyRepeated(plain, gradients)
  const pinned = new Map<ValueId, number>()
  const places = new Map<unknown, number>(slots.map(({ value }, i) => [value, regions.places[i]!.at]))
  for (let id = 0; id < own.values.length; id++) {
    const { origin } = own.values[id]!
    const at = origin.kind === 'variable' ? places.get(variables[origin.index]) : undefined
    if (at !== undefined) pinned.set(id, at)
  }
  const computed = new Set(own.nodes.flatMap(({ outputs }) => outputs))
  for (const i of gradients) {
    const { value } = own.outputs[i]!
    if (!computed.has(value)) throw new EbbflowError('unsupported', 'a gradient is not computed by the program')
    pinned.set(value, regions.places[i - 1]!.at + regions.bytes)
  }
  return { optimised: { graph: own, passes }, variables, regions, pinned, rows, decays }
}
