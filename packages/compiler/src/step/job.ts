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
  /** The function that goes through them, and what it is given. */
  readonly driver: string
  readonly moves: readonly number[]
}

/** The blocks of a batch in their order; lanes take them in turn. */
export function blocksOf({ lanes: count, block, blocks, last }: Parting, { lanes, tail }: StepPlan): BlockOfRows[] {
  return Array.from({ length: blocks }, (_, i) => {
    const lane = i % count
    const first = i * block
    if (tail && i === blocks - 1) return { first, rows: last, lane, driver: tail.name, moves: [] }
    const { leg, moves } = lanes[lane]!
    return { first, rows: block, lane, driver: leg.name, moves }
  })
}

/** What threads have to do in a step. */
export function jobOf(
  { places, lanes }: StepPlan,
  blocks: readonly BlockOfRows[],
  regions: Regions,
  decays: (path: string) => boolean,
): StepJob {
  const reading = ({ first, rows, lane, driver, moves }: BlockOfRows, index: number): Block & { lane: number } => ({
    lane,
    index,
    driver,
    moves,
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
      failure: lanes[lane]!.leg.plan.failure,
    })),
    sums: places.combinations,
    squares: squaresOf(regions, lanes.length),
    norms: places.norms,
    updates: updatesOf(regions, decays, lanes.length),
    rates: places.rates,
  }
}
