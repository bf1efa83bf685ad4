import type { Expression } from '../model/expression.js'

/** How columns become a flow's inputs: only standardised, by a logit of (0, 1), or as what they are found to be (lattices, logarithms). */
export type Treatment = 'plain' | 'unit' | 'found'

/** Data as the page hands them over: named columns of one length. */
export interface Columns {
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
  readonly treatment: Treatment
}

/** What a session is opened with. */
export interface Opening {
  readonly data: Columns
  readonly model: Expression
  readonly seed: number
  /** Where an earlier visit stopped. */
  readonly checkpoint?: Checkpoint | undefined
}

/** What the page is told of an opened session. */
export interface Opened {
  readonly dimensions: number
  readonly parameters: number
  /** Paths and types of the layers from noise to data. */
  readonly layers: readonly { readonly path: string; readonly type: string }[]
  /** What is done to each column, in words. */
  readonly columns: readonly { readonly name: string; readonly what: string }[]
  readonly notes: readonly string[]
  readonly rows: { readonly train: number; readonly held: number }
  /** Steps made so far. */
  readonly step: number
  /** Whether the density is exact, and not only estimated. */
  readonly exact: boolean
  /** log-densities in data units minus this are those in standardised ones. */
  readonly unit: number
}

/** How to train. */
export interface Training {
  /** Steps in all. */
  readonly steps: number
  readonly learningRate: number
  readonly batchSize: number
}

/** How far training has come; negative log-likelihoods in nats, in the data's units. */
export interface Progress {
  readonly step: number
  readonly trainNll: number
  /** Of rows that are not trained on. */
  readonly heldNll: number | undefined
  /** Steps a second. */
  readonly rate: number
  /** Seconds to go. */
  readonly eta: number
}

/** A rectangle in the data's units. */
export interface Window2 {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
}

/** Rows of two values on their way from noise to data, in model units: before the first layer and after each. */
export interface Morph {
  /** The layers that do more than exchange values; what permutations exchange is exchanged from the start. */
  readonly layers: readonly { readonly path: string; readonly type: string }[]
  /** Lines of a grid: stages of points, and where each line begins. */
  readonly grid: { readonly stages: readonly Float32Array[]; readonly starts: Uint32Array }
  /** Samples: the same points at each stage. */
  readonly points: readonly Float32Array[]
}

/** One row and what the flow makes of it. */
export interface Probe {
  /** Steps that had been made. */
  readonly step: number
  /** In the data's units. */
  readonly x: readonly number[]
  readonly z: readonly number[]
  /** z as a {@link Morph} shows it: with what later permutations exchange exchanged. */
  readonly settled: readonly number[]
  /** In data units, and its parts: log p(z), and that of the way from model to data units. */
  readonly logProb: number
  readonly logBase: number
  readonly logUnits: number
  /** From noise to data: each layer's log|det J| there, the row after it as a {@link Morph} shows it, and its Jacobian. */
  readonly layers: readonly {
    readonly path: string
    readonly type: string
    readonly logDet: number
    readonly settled: readonly number[]
    readonly jacobian: Matrix
  }[]
  readonly whole: Matrix
}

export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float64Array
}

/** All that a later visit needs to go on; structured-cloneable. */
export interface Checkpoint {
  readonly model: Uint8Array<ArrayBuffer>
  /** Steps made; undefined for what the model file says. */
  readonly step: number | undefined
  readonly optimiser:
    | {
        readonly kind: string
        readonly step: number
        readonly vectors: Readonly<Record<string, Float32Array | Float64Array>>
      }
    | undefined
}

/** A report of `verify`, as the page shows it. */
export interface Verification {
  readonly soundness: 'sound' | 'fragile' | 'faulty'
  readonly verdict: string
  readonly rows: number
  readonly logProb: number | null
  readonly mass: number | null
  readonly layers: readonly {
    readonly path: string
    readonly type: string
    readonly soundness: 'sound' | 'fragile' | 'faulty'
    readonly roundTrip: number | null
    readonly logDet: number | null
    readonly condition: number | null
    readonly single: number | null
    readonly findings: readonly string[]
  }[]
}

/** What a table's first lines say. */
export interface Header {
  readonly names: readonly string[]
  /** Whether each column holds numbers. */
  readonly numeric: readonly boolean[]
}

/** What the page asks of the worker, and what it is answered. */
export interface Questions {
  open: { ask: Opening; answer: Opened }
  /** Opens a model file on the same data. */
  load: { ask: { readonly file: Uint8Array<ArrayBuffer>; readonly data?: Columns | undefined }; answer: Opened }
  /** Starts, or goes on with other settings. */
  train: { ask: Training; answer: null }
  pause: { ask: null; answer: null }
  /** One step. */
  step: { ask: Training; answer: Progress }
  /** Log-densities in data units at the centres of a grid's cells, row by row from the lowest y. */
  density: { ask: Window2 & { readonly size: number }; answer: Float32Array }
  /** Rows in data units, row by row. */
  samples: { ask: { readonly count: number; readonly seed: number }; answer: Float32Array }
  logProb: { ask: { readonly columns: readonly Float64Array[] }; answer: Float64Array }
  morph: { ask: { readonly points: number }; answer: Morph }
  probe: { ask: { readonly x: readonly number[] }; answer: Probe }
  header: { ask: { readonly text: string; readonly name: string }; answer: Header }
  table: {
    ask: { readonly text: string; readonly name: string; readonly columns: readonly string[] }
    answer: { readonly names: readonly string[]; readonly columns: readonly Float64Array[] }
  }
  verify: { ask: null; answer: Verification }
  save: { ask: { readonly recipe: string }; answer: Uint8Array<ArrayBuffer> }
  checkpoint: { ask: null; answer: Checkpoint }
}

export type Question = { [K in keyof Questions]: { kind: K; id: number; ask: Questions[K]['ask'] } }[keyof Questions]

/** What the worker says: answers, and news of the training. */
export type Message =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly message: string }
  | { readonly kind: 'ready'; readonly threads: number }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | {
      readonly kind: 'stopped'
      readonly progress: Progress
      readonly why: 'steps' | 'paused' | 'failed'
      readonly message?: string
    }
