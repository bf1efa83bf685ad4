import { Chain } from '@ebbflow/bijectors'
import { type Bijector, check } from '@ebbflow/core'

/** Which of a flow's two directions is that of its layers' formula. */
export type ClosedForm = 'density' | 'sampling'

/** Layers whose formula leads from data to noise (`density`) or from noise to data (`sampling`). */
export function stacked(count: number, closed: ClosedForm, layer: () => Bijector): Chain {
  check(closed === 'density' || closed === 'sampling', 'unknown direction', {
    expected: 'density or sampling',
    received: String(closed),
  })
  const layers = Array.from({ length: count }, layer)
  return closed === 'density' ? Chain.fromData(layers) : new Chain(layers)
}
