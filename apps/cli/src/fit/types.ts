import type { BackendName } from '@ebbflow/core'
import type { ColumnChoice, Engine, FitResult } from '@ebbflow/training'
import type { RecipeName, RecipeSizes } from '../recipes.js'

/** What is to be fitted, how, and what is to be written. */
export interface FitJob {
  readonly data: string
  /** What the data are called. */
  readonly name: string
  readonly columns?: readonly string[]
  readonly choices: ReadonlyMap<string, ColumnChoice>
  readonly split: 'index' | 'random'
  readonly flow: RecipeName
  readonly sizes: RecipeSizes
  readonly steps?: number
  readonly maxSeconds?: number
  readonly batch?: number
  readonly learningRate: number
  readonly patience?: number
  readonly seed: number | string
  readonly backend: BackendName
  /** How steps run. Default `auto`. */
  readonly engine?: Engine
  readonly model: string
  readonly picture?: string
  readonly samples?: { readonly path: string; readonly count: number }
  readonly quiet: boolean
}

/** What a fit came to, as `--json` prints it. */
export interface FitReport {
  readonly dataset: string
  readonly backend: string
  readonly flow: string
  readonly parameters: number
  readonly columns: readonly { readonly name: string; readonly treatment: string }[]
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number }
  readonly steps: number
  readonly bestStep: number
  readonly stopped: FitResult['stopped']
  /** How the last steps ran. */
  readonly engine: FitResult['engine']
  /** Threads that were there to share each batch; absent for one alone. */
  readonly threads?: number
  readonly seconds: number
  /** In standardised units, as `testNll` is. */
  readonly validationNll: number
  readonly testNll: number
  readonly testNllData: number
  /** In standardised units; null where the columns depend on each other, or the fit was interrupted. */
  readonly baselines: { readonly gaussian: number | null; readonly kernel: number | null; readonly kernels: number }
  readonly files: { readonly model: string; readonly samples?: string; readonly picture?: string }
  readonly interrupted: boolean
}
