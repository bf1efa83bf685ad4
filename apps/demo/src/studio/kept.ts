import { createStore, get, set } from 'idb-keyval'
import type { Weights } from '../data/weights.js'
import type { Checkpoint, Progress } from '../worker/protocol.js'
import type { History } from './history.js'

/** What a later visit goes on from. */
export interface Kept {
  /** Raised whenever what is kept changes its form. */
  readonly form: 1
  /** The settings as the address writes them. */
  readonly address: Readonly<Record<string, string | undefined>>
  readonly checkpoint: Checkpoint
  readonly history: History
  readonly progress: Progress
  readonly imported: boolean
  readonly drawing: Weights | undefined
  readonly picture: { readonly name: string; readonly weights: Weights } | undefined
  readonly table:
    | { readonly name: string; readonly names: readonly string[]; readonly columns: readonly Float64Array[] }
    | undefined
}

const store = () => createStore('ebbflow-studio', 'visits')
const KEY = 'last'

/** What the last visit left; undefined where there is none, or where the browser keeps nothing. */
export async function lastVisit(): Promise<Kept | undefined> {
  try {
    const kept = await get<Kept>(KEY, store())
    return kept?.form === 1 ? kept : undefined
  } catch {
    // private windows of some browsers have no database
    return undefined
  }
}

/** Keeps this visit; whether that was possible. */
export async function keepVisit(kept: Kept): Promise<boolean> {
  try {
    await set(KEY, kept, store())
    return true
  } catch {
    return false
  }
}
