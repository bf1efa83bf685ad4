import { sizeOf } from '@ebbflow/core'
import type { Graph, Value, ValueId } from '../graph.js'
import { mayRefuse, scratchBytes } from '../linear.js'
import { iterationOf, ownInputs } from '../loops.js'
import { OWN } from '../sweeps.js'
import { inPlace, type Operation, type Repeated, type Sweeping } from './fuse.js'

/** Where each value lies in memory, in bytes, and how much memory that takes. */
export interface Plan {
  readonly address: ReadonlyMap<ValueId, number>
  readonly bytes: number
  /** Of these, what holds values that share no place: what is given, constants and results. */
  readonly lasting: number
  /** What the values would take without reuse. */
  readonly unshared: number
  /** Of the bodies of iterations and sweeps. */
  readonly bodies: ReadonlyMap<Repeated | Sweeping, Plan>
  /** Where the first iteration that leaves rows open writes which it is; undefined where there is none. */
  readonly failure: number | undefined
  /** Where kernels of linear algebra work, one at a time. */
  readonly scratch: number
}

/** Bytes in front that tell of an iteration that leaves rows open: its number, and that of the block. */
const FAILURE = 16

/** All elements take four bytes; each value starts at a multiple of 16, and may be written up to one. */
export const bytesOf = ({ shape }: Value): number => Math.max(16, Math.ceil((4 * sizeOf(shape)) / 16) * 16)

export function readsOf(operation: Operation): ValueId[] {
  const reads: ValueId[] = []
  if (operation.kind === 'loop') for (const { value } of operation.leaves) reads.push(value)
  const inputs = operation.kind === 'loop' ? operation.product?.inputs : operation.node.inputs
  for (const name in inputs) reads.push(inputs[name]!.value)
  return reads
}

export const writesOf = (operation: Operation): readonly ValueId[] =>
  operation.kind === 'loop' ? operation.outputs.map(({ value }) => value) : operation.node.outputs

/**
 * Gives every value a place for as long as it is needed. What the program does not compute, and its results, keep theirs; the rest share:
 * a value takes the smallest hole that fits, and a loop writes over what it is the last to read. `reserved` bytes stay free in front.
 */
export function plan(
  graph: Graph,
  operations: readonly Operation[],
  reserved = 0,
  pinned: ReadonlyMap<ValueId, number> = new Map(),
  outer?: number,
): Plan {
  const address = new Map<ValueId, number>(pinned)
  const iterations = operations.filter(({ kind }) => kind === 'iterate' || kind === 'sweep') as (Repeated | Sweeping)[]
  const refusing = operations.some((operation) => operation.kind === 'node' && mayRefuse(operation.node))
  const own = outer === undefined && (iterations.length > 0 || refusing)
  const failure = own ? reserved : outer
  let end = reserved + (own ? FAILURE : 0)
  let unshared = end
  const lasting = new Set(graph.outputs.map(({ value }) => value))
  const reads = operations.map(readsOf)
  const used = new Set(lasting)
  const lastRead = new Map<ValueId, number>()
  for (let i = 0; i < reads.length; i++)
    for (const value of reads[i]!) {
      used.add(value)
      lastRead.set(value, i)
    }
  for (let id = 0; id < graph.values.length; id++) {
    const value = graph.values[id]!
    const permanent = value.origin.kind !== 'node' || lasting.has(id)
    if (!permanent || address.has(id) || !(used.has(id) || value.origin.kind === 'input')) continue
    address.set(id, end)
    end += bytesOf(value)
    unshared += bytesOf(value)
  }
  const lastingBytes = end
  const holes = new Holes(end)
  for (let i = 0; i < operations.length; i++) {
    const operation = operations[i]!
    const dying = new Set(reads[i]!.filter((v) => lastRead.get(v) === i && holes.owns(v)))
    const free = [...dying].filter((value) => overwritable(operation, value))
    for (const value of writesOf(operation)) {
      if (address.has(value)) continue
      const bytes = bytesOf(graph.values[value]!)
      unshared += bytes
      const match = free.findIndex((old) => bytesOf(graph.values[old]!) === bytes)
      const [old] = match >= 0 ? free.splice(match, 1) : []
      if (old !== undefined) {
        dying.delete(old)
        address.set(value, holes.pass(old, value))
      } else address.set(value, holes.take(value, bytes))
      // what nobody reads is free at once
      if (!lastRead.has(value)) dying.add(value)
    }
    for (const value of dying) holes.give(value)
  }
  // what bodies keep lies behind all else, in one place for all, of which one runs at a time; what they read of what is around them lies where it is
  const bodies = new Map<Repeated | Sweeping, Plan>()
  let shared = holes.end
  const placed = iterations.map(({ body, node }) => {
    const iteration = iterationOf(node)
    const more = iteration ? ownInputs(iteration) : OWN
    const first = more + (iteration?.kept ?? 0)
    const places = new Map<ValueId, number>()
    for (const [id, value] of body.graph.values.entries()) {
      const { origin } = value
      if (origin.kind !== 'input') continue
      if (origin.index >= first) places.set(id, address.get(node.inputs[origin.index - more]!.value)!)
      // the status of rows is looked at after all has run
      else if (iteration?.solver !== undefined && origin.index === iteration.kept) {
        places.set(id, shared)
        shared += bytesOf(value)
      }
    }
    return places
  })
  unshared += shared - holes.end
  let bytes = shared
  for (const [i, operation] of iterations.entries()) {
    const { body } = operation
    const inner = plan(body.graph, body.operations, shared, placed[i], failure)
    bodies.set(operation, inner)
    unshared += inner.unshared - shared
    bytes = Math.max(bytes, inner.bytes)
  }
  const scratch = bytes
  bytes += Math.max(0, ...operations.map(scratchBytes))
  return { address, bytes, lasting: lastingBytes, unshared, bodies, failure, scratch }
}

/** The same plan for what lies elsewhere: `pinned` where that says, and all the rest `by` bytes further. Bodies read of both, and must be planned anew. */
export function moved(own: Plan, pinned: ReadonlyMap<ValueId, number>, by: number): Plan {
  const address = new Map<ValueId, number>()
  for (const [id, at] of own.address) address.set(id, pinned.get(id) ?? at + by)
  const { bodies, bytes, lasting, unshared, failure, scratch } = own
  const sums = { bytes: bytes + by, lasting: lasting + by, unshared: unshared + by, scratch: scratch + by }
  return { address, bodies, ...sums, failure: failure === undefined ? undefined : failure + by }
}

/** Whether a loop that is the last to read a value may write over it while it goes. */
function overwritable(operation: Operation, value: ValueId): boolean {
  if (operation.kind !== 'loop') return false
  // a product reads its sides again and again
  if (operation.product && Object.values(operation.product.inputs).some((use) => use.value === value)) return false
  const views = operation.leaves.filter((leaf) => leaf.value === value)
  return views.every(({ view }) => inPlace(operation, view))
}

/** Memory from `end` on, with the holes in it. */
class Holes {
  #free: { at: number; bytes: number }[] = []
  readonly #owned = new Map<ValueId, { at: number; bytes: number }>()
  end: number

  constructor(start: number) {
    this.end = start
  }

  owns(value: ValueId): boolean {
    return this.#owned.has(value)
  }

  take(value: ValueId, bytes: number): number {
    let best = -1
    for (let i = 0; i < this.#free.length; i++) {
      const hole = this.#free[i]!
      if (hole.bytes >= bytes && (best < 0 || hole.bytes < this.#free[best]!.bytes)) best = i
    }
    let at: number
    if (best >= 0) {
      const hole = this.#free[best]!
      at = hole.at
      if (hole.bytes === bytes) this.#free.splice(best, 1)
      else this.#free[best] = { at: hole.at + bytes, bytes: hole.bytes - bytes }
    } else {
      const last = this.#free.at(-1)
      if (last && last.at + last.bytes === this.end) {
        at = last.at
        this.#free.pop()
      } else at = this.end
      this.end = at + bytes
    }
    this.#owned.set(value, { at, bytes })
    return at
  }

  /** Hands the place of one value on to another of the same size. */
  pass(from: ValueId, to: ValueId): number {
    const place = this.#owned.get(from)!
    this.#owned.delete(from)
    this.#owned.set(to, place)
    return place.at
  }

  give(value: ValueId): void {
    const place = this.#owned.get(value)!
    this.#owned.delete(value)
    const i = this.#free.findIndex(({ at }) => at > place.at)
    const index = i < 0 ? this.#free.length : i
    this.#free.splice(index, 0, { ...place })
    this.#merge(index)
    this.#merge(index - 1)
  }

  #merge(i: number): void {
    const a = this.#free[i]
    const b = this.#free[i + 1]
    if (!a || !b || a.at + a.bytes !== b.at) return
    this.#free.splice(i, 2, { at: a.at, bytes: a.bytes + b.bytes })
  }
}
