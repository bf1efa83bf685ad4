import { sizeOf, tensor } from '@ebbflow/core'
import { verify } from '@ebbflow/flows'
import { gridLines, layerPath } from '@ebbflow/vis'
import { jacobians, layerMaps } from '@ebbflow/vis/flow'
import * as tf from '@tensorflow/tfjs-core'
import { placed } from './data.js'
import type { Morph, Probe, Verification, Window2 } from './protocol.js'
import type { Session } from './session.js'

/** Log-densities at the centres of a grid's cells. */
export function densityOn(session: Session, { x, y, size }: Window2 & { size: number }): Float32Array {
  const centres = ([low, high]: readonly [number, number]): Float64Array =>
    Float64Array.from({ length: size }, (_, i) => low + ((i + 0.5) * (high - low)) / size)
  const [xs, ys] = [centres(x), centres(y)]
  const first = new Float64Array(size * size)
  const second = new Float64Array(size * size)
  for (let r = 0, i = 0; r < size; r++)
    for (let c = 0; c < size; c++, i++) {
      first[i] = xs[c]!
      second[i] = ys[r]!
    }
  return Float32Array.from(session.logProb([first, second]))
}

/** A grid over the noise, and draws of it, on their way through the layers. */
export function morph(session: Session, count: number): Morph {
  const maps = layerMaps(session.flow).map(({ map }) => map)
  const grid = gridLines({ x: [-3, 3], y: [-3, 3], lines: 25, points: 97 })
  const noise = session.programs.noise(count, 'morph')
  return {
    grid: { stages: layerPath(grid.points, maps).steps, starts: grid.starts },
    points: layerPath(noise, maps).steps,
  }
}

/** A row's latent, density, and what each layer does there. */
export function probe(session: Session, x: readonly number[]): Probe {
  const { flow, data, programs } = session
  const at = placed(
    data.transforms,
    x.map((value) => Float64Array.of(value)),
  )
  const row = Float32Array.from(at.values)
  const latent = tf.tidy(() => flow.toLatent(tensor(row, [1, ...flow.eventShape])))
  const z = [...latent.dataSync()]
  latent.dispose()
  const path = layerPath(
    Float32Array.from(z),
    layerMaps(flow).map(({ map }) => map),
    sizeOf(flow.eventShape),
  )
  const { layers, whole } = jacobians(flow, z)
  return {
    x,
    z,
    logProb: programs.logProb(row)[0]! + at.logDet[0]!,
    layers: layers.map(({ path: name, type, jacobian }, k) => ({
      ...{ path: name, type, jacobian },
      logDet: path.logDet[k]![0]!,
      after: [...path.steps[k + 1]!],
    })),
    whole,
  }
}

/** Double precision, layer by layer, on the rows held out. */
export const verification = async (session: Session): Promise<Verification> => verify(session.flow, session.data.held)
