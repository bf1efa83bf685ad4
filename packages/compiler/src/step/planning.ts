import { operationsOf, type Passes } from '../build.js'
import type { Graph, ValueId } from '../graph.js'
import { hostNodes } from '../host.js'
import { mayMove } from '../link.js'
import type { Stretch } from '../linker.js'
import type { Operation } from '../passes/fuse.js'
import { moved, type Plan, plan, readsOf } from '../passes/plan.js'
import type { Regions } from '../regions.js'
import type { RowAnalysis } from '../rows/analyse.js'
import { aligned } from '../rows/places.js'
import { stagesOf } from '../rows/stages.js'
import type { Parting } from './lanes.js'
import { placesOf, type StepPlaces } from './places.js'

/** What runs at one call, and where its values lie. */
export interface Leg {
  /** Of the function that runs it. */
  readonly name: string
  readonly graph: Graph
  readonly operations: readonly Operation[]
  readonly plan: Plan
  /** Memory that it is told to have moved. */
  readonly movable?: readonly Stretch[]
}

/** What goes over the blocks of a lane, and by how many bytes all has moved that may. */
export interface LaneLeg {
  readonly leg: Leg
  readonly moves: readonly number[]
}

/** A step that is parted by rows, with everything in its place. */
export interface StepPlan {
  /** What is the same for all rows, and what follows from sums over them. */
  readonly before: Leg
  readonly after: Leg
  /** The same for blocks of each lane, and for the last block where it has fewer rows. */
  readonly lanes: readonly LaneLeg[]
  readonly tail: Leg | undefined
  readonly places: StepPlaces
  /** Values that are read, or asked for. */
  readonly read: ReadonlySet<ValueId>
  /** Threads that share the lanes, each with a stretch of its own for what lies between inputs and sums. */
  readonly threads: number
  readonly stretch: number
  /** In all, and what that would be without reuse. */
  readonly bytes: number
  readonly unshared: number
  readonly passes: Passes
}

/** Plans a step whose batch is parted, for so many threads at most. */
export function planStep(
  analysis: RowAnalysis,
  parting: Parting,
  regions: Regions,
  pinned: ReadonlyMap<ValueId, number>,
  most: number,
): StepPlan {
  const { lanes, block, blocks, last } = parting
  const stages = stagesOf(analysis, block)
  const [before, each, after] = [stages.fixed, stages.rows, stages.after].map(operationsOf) as [Made, Made, Made]
  const tail = last === block ? undefined : stagesOf(analysis, last).rows
  const rest = tail && operationsOf(tail)
  const read = new Set(analysis.graph.outputs.map(({ value }) => value))
  for (const { operations } of [before, each, after])
    for (const operation of operations) for (const value of readsOf(operation)) read.add(value)
  const places = placesOf(analysis, stages, parting, regions, pinned, read)

  // the host is not for threads to call
  const threads = hostNodes(each.operations).length > 0 ? 1 : Math.min(most, lanes)
  const first = places.lanes[0]!.address
  const planEach = plan(stages.rows, each.operations, places.end, first)
  const planTail = tail && plan(tail, rest!.operations, places.end, first)
  const stretch = aligned(Math.max(planEach.bytes, planTail?.bytes ?? 0) - places.end)
  const leg = (name: string, graph: Graph, { operations }: Made, own: Plan): Leg => ({
    name,
    graph,
    operations,
    plan: own,
  })
  /** As in the first lane, for another. */
  const inLane = (name: string, graph: Graph, made: Made, own: Plan, lane: number): Leg => {
    const { address } = places.lanes[lane]!
    const by = (lane % threads) * stretch
    if (own.bodies.size === 0) return leg(name, graph, made, lane === 0 ? own : moved(own, address, by))
    return leg(name, graph, made, plan(graph, made.operations, places.end + by, address))
  }
  /** One for all lanes where that can be, which then is told where a lane's memory lies. */
  const eachLane = (): LaneLeg[] => {
    if (!mayMove(each.operations))
      return places.lanes.map((_, lane) => ({
        leg: inLane(`lane ${lane}`, stages.rows, each, planEach, lane),
        moves: [],
      }))
    const { start, apart, end } = places
    const movable = [
      { from: start, to: start + apart },
      { from: end, to: end + stretch },
    ]
    const one = { ...leg('lane', stages.rows, each, planEach), movable }
    return places.lanes.map((_, lane) => ({ leg: one, moves: [lane * apart, (lane % threads) * stretch] }))
  }
  const shared = (name: string, graph: Graph, made: Made): Leg =>
    leg(name, graph, made, plan(graph, made.operations, places.end, places.shared))
  const legs = {
    before: shared('before', stages.fixed, before),
    after: shared('after', stages.after, after),
    lanes: eachLane(),
    tail: tail && inLane('tail', tail, rest!, planTail!, (blocks - 1) % lanes),
  }
  return {
    ...legs,
    places,
    read,
    threads,
    stretch,
    bytes: Math.max(places.end + threads * stretch, legs.before.plan.bytes, legs.after.plan.bytes),
    unshared: places.end + threads * (planEach.unshared - places.end),
    passes: each.passes,
  }
}

type Made = ReturnType<typeof operationsOf>
