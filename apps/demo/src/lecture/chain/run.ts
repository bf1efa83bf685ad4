import type { Bijector } from '@ebbflow/core'
import { carry } from '../flow/engine.js'
import { atStart, entryOf } from '../layers/catalogue.js'

/** The kinds that a chain may be built of: those of vectors. */
export const KINDS = ['affine', 'spline', 'planar', 'radial', 'iresnet', 'turn', 'sylvester', 'autoregressive'] as const
export type Kind = (typeof KINDS)[number]

/** What they are called; `turn` is the 1×1 convolution, which mixes the two values. */
export const kindName = (kind: Kind): string => (kind === 'turn' ? 'rotation (1×1 convolution)' : entryOf(kind).name)

/** A link of the chain. */
export interface Part {
  readonly kind: Kind
  readonly seed: number
}

/** Reads and writes chains as `affine1.turn2`. */
export const parts = {
  parse: (text: string): readonly Part[] | undefined => {
    if (text === '') return undefined
    const found = text.split('.').map((each) => {
      const [, kind, seed] = /^([a-z]+)(\d{1,4})$/.exec(each) ?? []
      return KINDS.includes(kind as Kind) ? { kind: kind as Kind, seed: Number(seed) } : undefined
    })
    return found.length <= 10 && found.every((part) => part !== undefined) ? (found as Part[]) : undefined
  },
  format: (chain: readonly Part[]): string => chain.map(({ kind, seed }) => `${kind}${seed}`).join('.'),
}

/** The layer of a part, whose event is a pair of values. */
export function layerOf({ kind, seed }: Part): { layer: Bijector; event: readonly number[] } {
  const entry = entryOf(kind === 'turn' ? 'convolution' : kind)
  const knobs = atStart(entry)
  if (kind === 'turn') Object.assign(knobs, { turn: 0.6 + 0.9 * (seed % 7), shear: 0, grow: 1 })
  // layers without a network differ by where their sliders stand
  if (kind === 'planar') Object.assign(knobs, { angle: 2.4 * seed, b: Math.sin(5 * seed) })
  if (kind === 'radial') Object.assign(knobs, { x: 1.5 * Math.sin(4 * seed), y: 1.5 * Math.cos(7 * seed) })
  return { layer: entry.make(knobs, seed), event: entry.event }
}

/** Where rows are before the first layer and after each. */
export interface Journey {
  /** `stages[0]` is the start, `stages[K]` the end. */
  readonly stages: readonly Float64Array[]
  /** log|det| of each layer at each row. */
  readonly logDets: readonly Float64Array[]
}

/** Rows through all layers, noting every stage; `inverse` goes from the last layer to the first, its stages in the order of the way. */
export function travel(chain: readonly Part[], rows: Float64Array, direction: 'forward' | 'inverse'): Journey {
  const stages = [rows]
  const logDets: Float64Array[] = []
  const order = direction === 'forward' ? chain : [...chain].reverse()
  for (const part of order) {
    const { layer, event } = layerOf(part)
    const { values, logDet } = carry(layer, stages[stages.length - 1]!, event, direction)
    layer.dispose()
    stages.push(values)
    logDets.push(logDet)
  }
  return { stages, logDets }
}

/** Rows between two stages: at 1.5 half-way from the first to the second. */
export function between(stages: readonly Float64Array[], at: number): Float64Array {
  const i = Math.min(stages.length - 1, Math.max(0, Math.floor(at)))
  const share = at - i
  const from = stages[i]!
  const to = stages[Math.min(stages.length - 1, i + 1)]!
  return share === 0 ? from : from.map((value, k) => value + share * (to[k]! - value))
}
