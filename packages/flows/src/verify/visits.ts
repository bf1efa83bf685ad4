import { Chain, Inverse } from '@ebbflow/bijectors'
import { Bijector, type Call, EbbflowError, type Mapped, tensor } from '@ebbflow/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Layer } from './layers.js'
import { callOf, type Points } from './passes.js'

/** A layer at work, and the points that reach it on its side of the data. */
export interface Visit {
  readonly layer: Layer
  readonly points: Points
  /** What stands within it, from data to noise. */
  readonly inner: readonly Visit[]
}

/**
 * Follows points through a bijector towards noise, and gives every layer that they reach, from data to noise: chains and inverses are taken
 * apart, other layers that are made of layers hold what stands within them. `complete` is false where a layer threw, which is then the last.
 *
 * The public methods of all layers are watched meanwhile, so that layers of anyone's making are seen.
 */
export function visits(
  root: Bijector,
  path: string,
  points: Points,
  context: Points | undefined,
): { found: readonly Visit[]; complete: boolean } {
  const found: Visit[] = []
  const watched = pathsOf(root, path)
  watch(watched, found)
  try {
    tf.tidy(() => {
      root.inverse(tensor(points.values, points.shape), callOf(context))
    })
    return { found, complete: true }
  } catch (error) {
    // the last layer will say so itself
    if (!(error instanceof EbbflowError) || error.code === 'not-initialised') throw error
    return { found, complete: false }
  } finally {
    for (const bijector of watched.keys()) for (const method of METHODS) delete (bijector as Partial<Bijector>)[method]
  }
}

const METHODS = ['forwardAndLogDet', 'inverseAndLogDet'] as const

/** Every bijector of a tree with all of its paths: a shared one has several. */
function pathsOf(root: Bijector, path: string): Map<Bijector, string[]> {
  const found = new Map<Bijector, string[]>()
  const walk = (bijector: Bijector, at: string): void => {
    found.set(bijector, [...(found.get(bijector) ?? []), at])
    for (const [name, child] of bijector.children) if (child instanceof Bijector) walk(child, `${at}.${name}`)
  }
  walk(root, path)
  return found
}

/** Has each bijector note its visits, once for each of its paths, until its methods are deleted again. */
function watch(watched: ReadonlyMap<Bijector, string[]>, found: Visit[]): void {
  const open: Visit[][] = [found]
  for (const [bijector, paths] of watched) {
    if (bijector instanceof Chain || bijector instanceof Inverse) continue
    for (const method of METHODS) {
      const original = bijector[method].bind(bijector)
      bijector[method] = (x: tf.Tensor, call?: Call): Mapped => {
        // towards noise the last comes first
        const path = paths.pop()
        if (path === undefined) return original(x, call)
        const inner: Visit[] = []
        const layer = { path, bijector, inverted: method === 'forwardAndLogDet' }
        open.at(-1)!.push({ layer, points: { values: Float64Array.from(x.dataSync()), shape: x.shape }, inner })
        open.push(inner)
        try {
          return original(x, call)
        } finally {
          open.pop()
        }
      }
    }
  }
}
