import { sizeOf } from '@ebbflow/core'
import type { Graph, ValueId } from '../graph.js'
import { bytesOf } from '../passes/plan.js'
import type { Regions } from '../regions.js'
import type { RowAnalysis } from '../rows/analyse.js'
import { aligned, place } from '../rows/places.js'
import type { Stages } from '../rows/stages.js'
import { RATES } from '../threads/step-work.js'
import type { Parting } from './lanes.js'
import { type Combination, shared } from './parts.js'

/** An input whose rows are parted, as it lies in memory with all of them. */
export interface Batch {
  readonly id: ValueId
  readonly at: number
  readonly bytesPerRow: number
}

/** The places of a lane's own. */
export interface LanePlaces {
  /** Of its sums, and of the inputs of its block. */
  readonly address: ReadonlyMap<ValueId, number>
  readonly sums: { readonly from: number; readonly to: number; readonly bytes: number }
}

/** Where all lies that outlives a block. */
export interface StepPlaces {
  readonly shared: ReadonlyMap<ValueId, number>
  readonly batch: readonly Batch[]
  readonly lanes: readonly LanePlaces[]
  /** Where the first lane's places begin, and bytes from there to the next lane's. */
  readonly start: number
  readonly apart: number
  readonly combinations: Combination[][]
  readonly norms: number
  readonly rates: number
  readonly end: number
}

/** Lays out what is shared: regions, constants, what is fixed, sums over all rows and what follows, the batch, and each lane's own sums. */
export function placesOf(
  { rows, graph: whole, kinds }: RowAnalysis,
  { fixed, rows: each, after }: Stages,
  { lanes, blocks }: Parting,
  regions: Regions,
  pinned: ReadonlyMap<ValueId, number>,
  read: ReadonlySet<ValueId>,
): StepPlaces {
  const graph: Graph = each
  const address = new Map(pinned)
  const isBatch = (id: ValueId): boolean => kinds[id] === 'rows' && graph.values[id]!.origin.kind === 'input'
  const outlasting = (id: ValueId): boolean => graph.values[id]!.origin.kind !== 'node' && !isBatch(id)
  const sums = each.outputs.map(({ value }) => value)
  const made = [fixed, after].flatMap(({ outputs }) => outputs.map(({ value }) => value))
  let end = aligned(place(graph, [...[...read].filter(outlasting), ...made, ...sums], address, regions.end))
  const take = (bytes: number): number => {
    const at = end
    end = aligned(end + bytes)
    return at
  }
  const norms = take(8 * lanes)
  const rates = take(8 * 2 * RATES)
  const batch = [...read].filter(isBatch).map((id): Batch => {
    const bytesPerRow = (4 * sizeOf(whole.values[id]!.shape)) / rows
    return { id, bytesPerRow, at: take(rows * bytesPerRow) }
  })

  // all lanes are laid out alike, one behind another: totals, the sums of a block where there are several, and its inputs
  const offsets = new Map<ValueId, number>()
  const bytes = aligned(place(graph, sums, offsets, 0))
  const own = blocks > lanes ? bytes : 0
  let apart = own + bytes
  for (const { id } of batch) {
    offsets.set(id, apart - own)
    apart = aligned(apart + bytesOf(graph.values[id]!))
  }
  const totals = take(lanes * apart)
  const combinations = sums.map((id) => ({
    to: address.get(id)!,
    from: totals + offsets.get(id)!,
    vectors: bytesOf(graph.values[id]!) / 16,
  }))
  const laneOf = (lane: number): LanePlaces => {
    const to = totals + lane * apart
    const from = to + own
    const places = new Map(address)
    for (const [id, offset] of offsets) places.set(id, from + offset)
    return { address: places, sums: { from, to, bytes } }
  }
  return {
    shared: address,
    batch,
    lanes: Array.from({ length: lanes }, (_, lane) => laneOf(lane)),
    start: totals,
    apart,
    combinations: shared(combinations, lanes),
    norms,
    rates,
    end,
  }
}
