import { EbbflowError, jacobian, tensor } from '@ebbflow/core'
import { throughLayer } from '@ebbflow/flows'
import * as tf from '@tensorflow/tfjs-core'
import { chainProduct, type Matrix } from '../data/jacobian.js'
import { type AnyFlow, callFor } from './call.js'
import { type LayerMapOptions, stages, widthOf } from './layers.js'

/** Options of {@link jacobians}. */
export type JacobianOptions = Omit<LayerMapOptions, 'order'>

/** The Jacobians of a flow at a point. */
export interface FlowJacobians {
  /** Each layer's at the value that reaches it, in the order in which rows pass them. */
  readonly layers: readonly {
    readonly path: string
    readonly type: string
    /** The row that enters the layer. */
    readonly at: Float64Array
    readonly jacobian: Matrix
  }[]
  /** Their product: the whole map's. */
  readonly whole: Matrix
}

/**
 * The exact Jacobians ∂f/∂z of a flow and of each of its layers at a point, by reverse-mode differentiation; events flattened.
 *
 * @throws EbbflowError `shape` when the point is not one row.
 * @example
 * ```ts
 * const { whole, layers } = jacobians(flow, [0.5, -1])
 * structureOf(layers[0].jacobian) // a coupling's is triangular
 * ```
 */
export function jacobians(
  flow: AnyFlow,
  point: ArrayLike<number>,
  { towards = 'data', context }: JacobianOptions = {},
): FlowJacobians {
  const width = widthOf(flow, towards)
  if (point.length !== width)
    throw new EbbflowError('shape', 'the point is not one row', { expected: `${width}`, received: `${point.length}` })
  let at: Float64Array = Float64Array.from(point)
  const layers = stages(flow, towards).map(({ layer, event }) => {
    const held: { jacobian: Matrix; next: Float64Array }[] = []
    tf.tidy(() => {
      const f = (x: tf.Tensor): tf.Tensor => {
        const n = x.shape[0]!
        const { value } = throughLayer(layer, towards, tf.reshape(x, [n, ...event]), {
          ...callFor(flow, context, n),
          valueOnly: true,
        })
        return tf.reshape(value, [n, -1])
      }
      // every row of the tiled batch is the same point: rows of it, not batch axes, so that any context fits
      const x = tensor(at, [1, at.length])
      const j = jacobian((rows) => unbatched(rows, f), x)
      const [, rows, columns] = j.shape as [number, number, number]
      held.push({
        jacobian: { rows, columns, values: Float64Array.from(j.dataSync()) },
        next: Float64Array.from(f(x).dataSync()),
      })
    })
    const { jacobian: matrix, next } = held[0]!
    const entering = at
    at = next
    const { type } = layer.bijector.constructor as unknown as { type: string }
    return { path: layer.path, type, at: entering, jacobian: matrix }
  })
  return { layers, whole: layers.length > 0 ? chainProduct(layers.map((l) => l.jacobian)) : identity(width) }
}

/** f of rows with any number of batch axes, which it sees as one. */
function unbatched(x: tf.Tensor, f: (rows: tf.Tensor) => tf.Tensor): tf.Tensor {
  const batch = x.shape.slice(0, -1)
  return tf.reshape(f(tf.reshape(x, [-1, x.shape.at(-1)!])), [...batch, -1])
}

const identity = (n: number): Matrix => ({
  rows: n,
  columns: n,
  values: Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0)),
})
