import type { Treatment } from '../worker/protocol.js'

/** Data in the studio. */
export interface Source {
  readonly title: string
  readonly about: string
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
  readonly treatment: Treatment
  /** In nats, where it is known. */
  readonly entropy?: number
  /** Where rows are square images, their side in pixels. */
  readonly side?: number
}
