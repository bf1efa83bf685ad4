import { batch, effect, signal } from '@preact/signals'
import type { Morph, Probe, Window2 } from '../worker/protocol.js'
import { latest } from './latest.js'
import { opened, phase, planar, plane, source, version, worker } from './store.js'

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
/** A grid and points on their way through the layers. */
export const morph = signal<Morph | undefined>(undefined)
/** The row that is looked at, in data units, and what the flow makes of it. */
export const place = signal<readonly number[] | undefined>(undefined)
export const probe = signal<Probe | undefined>(undefined)

const MOVING = 64
const RESTING = 160
const SAMPLES = 2000
const IMAGES = 72
const MORPHED = 500

/** Milliseconds of rest after which pictures are made that take longer. */
const SETTLE = 350
let settling: ReturnType<typeof setTimeout> | undefined
let settled = false

/** Milliseconds between two pictures while training: at least so many, and enough for the training to get most of the time. */
const pauseOf =
  (ms: number) =>
  (took: number): number =>
    phase.value === 'training' ? Math.max(ms, 3 * took) : 0

const refreshStage = latest(async () => {
  const window = plane.value
  const size = settled ? RESTING : MOVING
  const [logProb, drawn] = await Promise.all([
    window ? worker().ask('density', { ...window, size }) : undefined,
    worker().ask('samples', { count: source.value?.side ? IMAGES : SAMPLES, seed: 1 }),
  ])
  batch(() => {
    density.value = logProb && window ? { window, size, logProb } : undefined
    samples.value = drawn
  })
}, pauseOf(180))

const refreshMorph = latest(async () => {
  morph.value = planar.value ? await worker().ask('morph', { points: MORPHED }) : undefined
}, pauseOf(1500))

const refreshProbe = latest(async () => {
  // Jacobians of images are too large to look at
  if (place.value && !source.value?.side) probe.value = await worker().ask('probe', { x: place.value })
}, pauseOf(500))

/** Keeps the pictures up with the flow; returns what stops it. */
export const watchPictures = (): (() => void) =>
  effect(() => {
    void version.value
    const training = phase.value === 'training'
    clearTimeout(settling)
    settled = false
    if (!opened.value) return
    refreshStage()
    if (training) {
      refreshMorph()
      refreshProbe()
    }
    // whoever presses play at once is not to wait for what takes longer
    else
      settling = setTimeout(() => {
        settled = true
        refreshStage()
        refreshMorph()
        refreshProbe()
      }, SETTLE)
  })

/** Looks at another row. */
export function look(x: readonly number[]): void {
  place.value = x
  refreshProbe()
}

/** Begins with the first row whenever other data come. */
effect(() => {
  const data = source.value
  place.value = data?.columns.map((column) => column[0]!)
  probe.value = undefined
})
