import { EbbflowError, FLOAT64, type Module, sizeOf, withBackend } from '@ebbflow/core'
import { estimates } from '../flow.js'
import type { Layer } from './layers.js'
import { difference, type Passed, type Points, pass, spectra } from './passes.js'
import { figure, type LayerReport, type Soundness, worstOf } from './report.js'
import type { Visit } from './visits.js'

/** Errors allowed in double precision where a layer does not state its own tolerance. */
const DOUBLE = 1e-7
/** Differences of single from double precision beyond which a layer is fragile. */
const SINGLE = 1e-2

/** How layers are inspected. */
export interface Setting {
  readonly working: string
  readonly context: Points | undefined
  /** Most values of an event for which Jacobians are computed. */
  readonly dimensions: number
}

/**
 * Inspects a layer, and first what stands within it: the reports from data to noise. A layer of layers has one of its own only where they do
 * not explain what is wrong with it.
 */
export function inspect({ layer, points, inner }: Visit, setting: Setting): LayerReport[] {
  const within = inner.flatMap((visit) => inspect(visit, setting))
  const worst = worstOf(within.map(({ soundness }) => soundness))
  if (worst === 'faulty') return within
  const own = inspectOne(layer, points, setting)
  return within.length > 0 && worstOf([own.soundness, worst]) === worst ? within : [...within, own]
}

/** Inspects one layer at the points on its side of the data. */
function inspectOne(layer: Layer, y: Points, setting: Setting): LayerReport {
  const { path, bijector } = layer
  const type = (bijector.constructor as { type?: string }).type ?? bijector.constructor.name
  const findings: string[] = []
  const figures: Record<'roundTrip' | 'logDet' | 'condition' | 'single', number | null> = {
    roundTrip: null,
    logDet: null,
    condition: null,
    single: null,
  }
  let soundness: Soundness = 'sound'
  const fault = (kind: Soundness, text: string): void => {
    soundness = worstOf([soundness, kind])
    findings.push(text)
  }
  let next: Points | undefined
  const tolerance = toleranceOf(bijector)
  const estimated = estimates(bijector)
  try {
    withBackend(FLOAT64, () => {
      const there = pass(layer, 'noise', y, setting.context)
      const z: Points = there
      next = z
      const back = pass(layer, 'data', there, setting.context)
      const forth = pass(layer, 'data', z, setting.context)
      const again = pass(layer, 'noise', forth, setting.context)
      figures.roundTrip = Math.max(difference(back.values, y.values), difference(again.values, z.values))
      if (!(figures.roundTrip <= tolerance))
        fault('faulty', `the inverse does not undo the forward map, off by ${figure(figures.roundTrip)}`)
      if (estimated) findings.push('the log-determinant is an estimate, and not compared')
      else if (sizeOf(y.shape.slice(1)) > setting.dimensions) findings.push('too many values for an exact Jacobian')
      else compareLogDets(layer, y, z, [there.logDet, forth.logDet], setting, figures, tolerance, fault)
    })
    if (setting.working !== FLOAT64 && next) {
      figures.single = compareSingle(layer, y, next, setting, estimated)
      if (!(figures.single <= SINGLE))
        fault(
          'fragile',
          `single precision is off by ${figure(figures.single)}${figures.condition === null ? '' : ` at a condition number of ${figure(figures.condition)}`}`,
        )
    }
  } catch (error) {
    if (!(error instanceof EbbflowError) || error.code === 'not-initialised') throw error
    fault('faulty', error.message)
  }
  return { path, type, soundness, ...figures, findings }
}

/** The largest tolerance that a layer, or one within it, states. */
function toleranceOf(module: Module): number {
  const { tolerance = DOUBLE } = module as { tolerance?: number }
  return Math.max(tolerance, ...[...module.children.values()].map(toleranceOf))
}

function compareLogDets(
  layer: Layer,
  y: Points,
  z: Points,
  [towardsNoise, towardsData]: [Float64Array, Float64Array],
  { context }: Setting,
  figures: { logDet: number | null; condition: number | null },
  tolerance: number,
  fault: (kind: Soundness, text: string) => void,
): void {
  const noise = spectra(layer, 'noise', y, context)
  const data = spectra(layer, 'data', z, context)
  figures.condition = Math.max(...[...noise, ...data].map((s) => s[0]! / s.at(-1)!))
  const exact = (all: Float64Array[]): Float64Array =>
    Float64Array.from(all, (s) => s.reduce((sum, value) => sum + Math.log(value), 0))
  const pairs = [
    ['towards noise', towardsNoise, exact(noise)],
    ['towards data', towardsData, exact(data)],
  ] as const
  figures.logDet = Math.max(...pairs.map(([, found, right]) => difference(found, right)))
  for (const [direction, found, right] of pairs) {
    const off = difference(found, right)
    if (off <= tolerance) continue
    const flipped = difference(
      found.map((v) => -v),
      right,
    )
    fault(
      'faulty',
      `the log-determinant ${direction} ${flipped <= tolerance ? 'has the wrong sign' : `differs from the Jacobian's by ${figure(off)}`}`,
    )
  }
}

/** How far the working backend, which rounds the points, is off double precision. */
function compareSingle(layer: Layer, y: Points, z: Points, { working, context }: Setting, estimated: boolean): number {
  const both = (towards: 'data' | 'noise', points: Points): number => {
    const here = withBackend(working, () => pass(layer, towards, points, context))
    const there = withBackend(FLOAT64, () => pass(layer, towards, points, context))
    const logDets = estimated ? 0 : difference(here.logDet, there.logDet)
    return Math.max(difference(here.values, there.values), logDets)
  }
  const round = (): Passed => pass(layer, 'noise', pass(layer, 'data', z, context), context)
  const [here, there] = [withBackend(working, round), withBackend(FLOAT64, round)]
  return Math.max(both('noise', y), both('data', z), difference(here.values, there.values))
}
