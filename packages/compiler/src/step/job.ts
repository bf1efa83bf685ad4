import type { Regions } from '../regions.js'
import type { Block, StepJob } from '../threads/step-work.js'
import type { Parting } from './lanes.js'
import { squaresOf, updatesOf } from './parts.js'
import type { StepPlan } from './planning.js'

/** Rows of the batch that are gone through at once. */
export interface BlockOfRows {
  readonly first: number
  readonly rows: number
  readonly lane: number
  /** The function that goes through them. */
  readonly driver: string
}

/** The blocks of a batch in their order; lanes take them in turn. */
export function blocksOf({ lanes: count, block, blocks, last }: Parting, { lanes, tail }: StepPlan): BlockOfRows[] {
  return Array.from({ length: blocks }, (_, i) => {
    const lane = i % count
    const ends = tail !== undefined && i === blocks - 1
    return { first: i * block, rows: ends ? last : block, lane, driver: (ends ? tail : lanes[lane]!).name }
  })
}

/** What threads have to do in a step. */
export function jobOf(
  { places, lanes }: StepPlan,
  blocks: readonly BlockOfRows[],
  regions: Regions,
  decays: (path: string) => boolean,
): StepJob {
  const reading = ({ first, rows, lane, driver }: BlockOfRows, index: number): Block & { lane: number } => ({
    lane,
    index,
    driver,
    copies: places.batch.map(({ id, at, bytesPerRow }) => ({
      from: at + first * bytesPerRow,
      to: places.lanes[lane]!.address.get(id)!,
      bytes: rows * bytesPerRow,
    })),
  })
  const all = blocks.map(reading)
  return {
    kind: 'step',
    lanes: places.lanes.map(({ sums }, lane) => ({
      sums,
      blocks: all.flatMap(({ lane: own, ...block }) => (own === lane ? [block] : [])),
      failure: lanes[lane]!.plan.failure,
    })),
    sums: places.combinations,
    squares: squaresOf(regions, lanes.length),
    norms: places.norms,
    updates: updatesOf(regions, decays, lanes.length),
    rates: places.rates,
  }
}
