/** What became of a layer or a flow: it is right, it is wrong, or it is right but loses too much in single precision. */
export type Soundness = 'sound' | 'fragile' | 'faulty'

/** What {@link verify} found of one layer; figures are the largest over rows and directions. */
export interface LayerReport {
  /** Where it stands in the flow: `bijector.2.inner`. */
  readonly path: string
  /** The name of its type in files. */
  readonly type: string
  readonly soundness: Soundness
  /** |f(f⁻¹(y)) − y| and |f⁻¹(f(x)) − x| in double precision, relative to values above 1. */
  readonly roundTrip: number | null
  /** Difference of log|det J| from that of the exact Jacobian, relative to values above 1. */
  readonly logDet: number | null
  /** Condition number of the Jacobian: its largest singular value by its smallest. */
  readonly condition: number | null
  /** Difference of single from double precision in values, log-determinants and the round trip, relative to values above 1. */
  readonly single: number | null
  /** What is wrong or was left out, in words. */
  readonly findings: readonly string[]
}

/** What {@link verify} found of a flow. */
export interface FlowReport {
  readonly soundness: Soundness
  /** The verdict in words. */
  readonly verdict: string
  /** Rows that were looked at. */
  readonly rows: number
  readonly layers: readonly LayerReport[]
  /** Largest difference of log p(x) in single from double precision; null where there is no exact density or no single precision. */
  readonly logProb: number | null
  /** ∫ p(x) dx for flows of one or two values. */
  readonly mass: number | null
}

/** The worst of several. */
export const worstOf = (all: readonly Soundness[]): Soundness =>
  all.includes('faulty') ? 'faulty' : all.includes('fragile') ? 'fragile' : 'sound'

/** A figure of an error as people read it. */
export const figure = (x: number): string => (x === 0 ? '0' : Number.isFinite(x) ? x.toExponential(1) : String(x))

/** The verdict on a flow, in words. */
export function verdictOf(layers: readonly LayerReport[], mass: number | null, massFaulty: boolean): string {
  const told = (kind: Soundness): string[] =>
    layers
      .filter(({ soundness }) => soundness === kind)
      .map(({ path, type, findings }) => `${path} (${type}): ${findings.join('; ')}`)
  const faulty = told('faulty')
  if (massFaulty) faulty.push(`the density integrates to ${mass!.toFixed(4)}`)
  const fragile = told('fragile')
  if (faulty.length > 0) return `Faulty. ${[...faulty, ...fragile].join('. ')}.`
  if (fragile.length > 0) return `Right in double precision, fragile in single: ${fragile.join('. ')}.`
  const count = `${layers.length} layer${layers.length === 1 ? '' : 's'}`
  const whole = mass === null ? '' : `, and the density integrates to ${mass.toFixed(4)}`
  const estimated = layers.filter(({ logDet }) => logDet === null).length
  const left = estimated === 0 ? '' : ` (${estimated} log-determinants not compared)`
  return `Sound: ${count} invert and have the log-determinants of their Jacobians${left}${whole}.`
}
