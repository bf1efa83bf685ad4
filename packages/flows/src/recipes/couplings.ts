import { Coupling, couplingSizes, Elementwise, MLP } from '@ebbflow/bijectors'
import type { Bijector } from '@ebbflow/core'
import { type Couplings, checkRecipe } from './options.js'
import { turns } from './turns.js'

/**
 * Coupling layers with a permutation between each two, so that every value is changed in its turn. One value alone has nothing to be
 * coupled to: without a context its layers are elementwise.
 */
export function couplings(options: Couplings): Bijector[] {
  checkRecipe(options)
  const { dimensions, layers = 8, hidden = [64, 64], activation = 'relu', context = 0, family } = options
  const own =
    options.conditioner ?? ((sizes: { inputs: number; outputs: number }) => new MLP({ ...sizes, hidden, activation }))
  const between = turns(dimensions, layers)
  const stack: Bijector[] = []
  for (let i = 0; i < layers; i++) {
    if (dimensions === 1 && context === 0) {
      stack.push(new Elementwise({ family, shape: [1] }))
      continue
    }
    const sizes = couplingSizes({ dimensions, family, context })
    stack.push(new Coupling({ dimensions, family, context, conditioner: own(sizes, i) }))
    const permutation = between[i]
    if (dimensions > 1 && permutation) stack.push(permutation)
  }
  return stack
}
