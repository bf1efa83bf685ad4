/** Data in the studio. */
export interface Source {
  readonly title: string
  readonly about: string
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
  /** Whether columns are only standardised; else what they are is found. */
  readonly plain: boolean
  /** In nats, where it is known. */
  readonly entropy?: number
}
