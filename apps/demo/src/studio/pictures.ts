import { effect, signal } from '@preact/signals'
import type { Window2 } from '../worker/protocol.js'
import { opened, phase, planar, plane, version, worker } from './store.js'

/** The model's density on a grid. */
export interface DensityPicture {
  readonly window: Window2
  readonly size: number
  /** log p at the centres of the cells, row by row from the lowest y. */
  readonly logProb: Float32Array
}

export const density = signal<DensityPicture | undefined>(undefined)
/** Samples in data units, row by row. */
export const samples = signal<Float32Array | undefined>(undefined)

const MOVING = 64
const RESTING = 160
const SAMPLES = 2000
/** Milliseconds between two pictures while training, so that the training gets most of the time. */
const BREAK = 180

let busy = false
let again = false

async function refresh(): Promise<void> {
  if (busy) {
    again = true
    return
  }
  busy = true
  again = false
  try {
    const size = phase.value === 'training' ? MOVING : RESTING
    const window = plane.value
    const [logProb, drawn] = await Promise.all([
      window ? worker().ask('density', { ...window, size }) : undefined,
      worker().ask('samples', { count: SAMPLES, seed: 1 }),
    ])
    density.value = logProb && window ? { window, size, logProb } : undefined
    samples.value = drawn
  } catch {
    // the session was replaced meanwhile; the next version asks again
  }
  setTimeout(
    () => {
      busy = false
      if (again) void refresh()
    },
    phase.value === 'training' ? BREAK : 0,
  )
}

/** Keeps the pictures up with the flow; returns what stops it. */
export const watchPictures = (): (() => void) =>
  effect(() => {
    void version.value
    void planar.value
    void phase.value
    if (opened.value) void refresh()
  })
