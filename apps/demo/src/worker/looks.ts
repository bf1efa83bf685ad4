import { tensor } from '@ebbflow/core'
import { gridLines, layerPath } from '@ebbflow/vis'
import { type FlowLayerMap, jacobians, layerMaps } from '@ebbflow/vis/flow'
import * as tf from '@tensorflow/tfjs-core'
import { placed } from './data.js'
import type { Morph, Probe, Window2 } from './protocol.js'
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

/** Rows before the first layer and after each, with what later permutations exchange exchanged: z does not mind, and pictures stay whole. */
function settledPath(all: readonly FlowLayerMap[], rows: Float32Array, width: number) {
  const path = layerPath(
    rows,
    all.map(({ map }) => map),
    width,
  )
  const exchange = (stage: Float32Array, layer: FlowLayerMap): Float32Array =>
    exchanges(layer.type) ? Float32Array.from(layer.map(stage, stage.length / width).values) : stage
  return { ...path, steps: path.steps.map((stage, k) => all.slice(k).reduce(exchange, stage)) }
}

const exchanges = (type: string): boolean => type === 'permutation' || type === 'reverse'

/** A grid over the noise, and draws of it, on their way through the layers. */
export function morph(session: Session, count: number): Morph {
  const all = layerMaps(session.flow)
  const grid = gridLines({ x: [-3, 3], y: [-3, 3], lines: 25, points: 97 })
  const travel = (rows: Float32Array): Float32Array[] =>
    settledPath(all, rows, 2).steps.filter((_, k) => k === 0 || !exchanges(all[k - 1]!.type))
  return {
    layers: all.filter(({ type }) => !exchanges(type)).map(({ path, type }) => ({ path, type })),
    grid: { stages: travel(grid.points), starts: grid.starts },
    points: travel(session.programs.noise(count, 'morph')),
  }
}

/** A row's latent, density, and what each layer does there. */
export function probe(session: Session, x: readonly number[]): Probe {
  const { flow, data } = session
  const at = placed(
    data.transforms,
    x.map((value) => Float64Array.of(value)),
  )
  const row = Float32Array.from(at.values)
  const [latent, base] = tf.tidy(() => {
    const z = flow.toLatent(tensor(row, [1, ...flow.eventShape]))
    return [z, flow.base.logProb(z)] as [tf.Tensor, tf.Tensor]
  })
  const z = [...latent.dataSync()]
  const logBase = base.dataSync()[0]!
  tf.dispose([latent, base])
  const path = settledPath(layerMaps(flow), Float32Array.from(z), z.length)
  const { layers, whole } = jacobians(flow, z)
  const logDet = path.logDet.reduce((sum, values) => sum + values[0]!, 0)
  return {
    ...{ x, z, logBase, whole, step: session.trainer.step },
    settled: [...path.steps[0]!],
    logProb: logBase - logDet + at.logDet[0]!,
    logUnits: at.logDet[0]!,
    layers: layers.map(({ path: name, type, jacobian }, k) => ({
      ...{ path: name, type, jacobian },
      logDet: path.logDet[k]![0]!,
      settled: [...path.steps[k + 1]!],
    })),
  }
}
