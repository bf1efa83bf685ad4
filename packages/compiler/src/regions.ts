import { type Slot, sizeOf } from '@ebbflow/core'

/** Where a parameter lies. */
export interface Place {
  readonly path: string
  /** Byte address of its values; its gradient and moments lie one, two and three regions further. */
  readonly at: number
  readonly length: number
}

/** Four regions of memory of the same layout: parameters, gradients, first and second moments. */
export class Regions {
  readonly places: readonly Place[]
  /** Size of one region. */
  readonly bytes: number

  constructor(parameters: ReadonlyMap<string, Slot>) {
    let at = 0
    this.places = [...parameters].map(([path, { shape }]) => {
      const length = sizeOf(shape)
      const place = { path, at, length }
      at += Math.ceil(length / 4) * 16
      return place
    })
    this.bytes = at
  }

  /** Where the memory behind the regions begins. */
  get end(): number {
    return 4 * this.bytes
  }

  /** Stretches of parameters that decay, or do not. */
  runs(decays: (path: string) => boolean): { at: number; vectors: number; decaying: boolean }[] {
    const runs: { at: number; vectors: number; decaying: boolean }[] = []
    for (const { path, at, length } of this.places) {
      if (length === 0) continue
      const decaying = decays(path)
      const vectors = Math.ceil(length / 4)
      const last = runs.at(-1)
      if (last?.decaying === decaying) last.vectors += vectors
      else runs.push({ at, vectors, decaying })
    }
    return runs
  }
}
