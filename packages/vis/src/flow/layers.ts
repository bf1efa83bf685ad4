import { check, showShape, sizeOf, sumEvent, tensor } from '@ebbflow/core'
import { type FlowLayer, layersOf, throughLayer } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import type { LayerMap } from '../data/layers.js'
import { type AnyFlow, callFor, checkContext } from './call.js'
import { inDataOrder } from './order.js'

/** Options of {@link layerMaps}. */
export interface LayerMapOptions {
  /** Which way rows go: `data` from z to x (the default), `noise` from x to z. */
  readonly towards?: 'data' | 'noise'
  /** The context of every row, for conditional flows. */
  readonly context?: readonly number[]
  /**
   * `flow` for every layer as it stands (the default); `data` for vectors whose permutations are left out: then the values of every stage
   * stand in the order that they have in the data, latents too, and stages in between show no exchange of axes.
   */
  readonly order?: 'flow' | 'data'
}

/** A layer of a flow as a function of plain rows. */
export interface FlowLayerMap {
  /** Where it stands in the flow: `bijector.2.inner`. */
  readonly path: string
  /** The name of its type in files. */
  readonly type: string
  readonly map: LayerMap
}

/** The layers of a flow in the order in which rows pass them, with the shapes of the events that enter them. */
export function stages(flow: AnyFlow, towards: 'data' | 'noise'): { layer: FlowLayer; event: number[] }[] {
  const layers = layersOf(flow.bijector, 'bijector')
  if (towards === 'noise') layers.reverse()
  let event: readonly number[] = towards === 'data' ? flow.base.eventShape : flow.eventShape
  return layers.map((layer) => {
    const entering = [...event]
    const forward = (towards === 'data') !== layer.inverted
    const { bijector } = layer
    const kept = entering.length - (forward ? bijector.inputRank : bijector.outputRank)
    const own = entering.slice(kept)
    event = [...entering.slice(0, kept), ...(forward ? bijector.outputShape(own) : bijector.inputShape(own))]
    return { layer, event: entering }
  })
}

/**
 * A flow's layers as functions of plain rows, chains and inverses taken apart, in the order in which rows pass them. They run on the current
 * backend and hold the flow's parameters as these are when called; they give log-determinants summed over the event.
 *
 * @throws EbbflowError `argument` for a conditional flow without a context.
 * @example
 * ```ts
 * const steps = layerMaps(flow, { order: 'data' }).map(({ map }) => map)
 * const morph = layerPath(gridLines({ x: [-3, 3], y: [-3, 3] }).points, steps)
 * pathAt(morph, 1.5) // half-way through the second layer
 * ```
 */
export function layerMaps(flow: AnyFlow, options: LayerMapOptions = {}): FlowLayerMap[] {
  const { towards = 'data', context, order = 'flow' } = options
  checkContext(flow, context)
  const layers = stages(flow, towards).map(
    ({ layer, event }): FlowLayerMap => ({
      path: layer.path,
      type: (layer.bijector.constructor as unknown as { type: string }).type,
      map: (rows, n) => {
        const out: { values: ArrayLike<number>; logDet: ArrayLike<number> }[] = []
        tf.tidy(() => {
          const x = tensor(rows, [n, ...event])
          const { value, logDet } = throughLayer(layer, towards, x, callFor(flow, context, n))
          const total = sumEvent(logDet, logDet.rank - 1)
          out.push({ values: value.dataSync(), logDet: total.dataSync() })
        })
        return out[0]!
      },
    }),
  )
  if (order === 'flow') return layers
  const [width, ...more] = flow.eventShape
  check(width !== undefined && more.length === 0, 'the order of the data is that of vectors', {
    received: `events ${showShape(flow.eventShape)}`,
  })
  return inDataOrder(layers, towards, width)
}

/** Values of a row as it enters the flow. */
export const widthOf = (flow: AnyFlow, towards: 'data' | 'noise'): number =>
  sizeOf(towards === 'data' ? flow.base.eventShape : flow.eventShape)
