import { Coupling, couplingSizes, Elementwise, MLP, Permutation } from '@ebbflow/bijectors'
import type { Bijector } from '@ebbflow/core'
import { type Couplings, checkRecipe } from './options.js'

/**
 * Coupling layers with a permutation between each two: the reversal for D = 2, else random ones that are the same every time. One value
 * alone has nothing to be coupled to: without a context its layers are elementwise.
 */
export function couplings(options: Couplings): Bijector[] {
  checkRecipe(options)
  const { dimensions, layers = 8, hidden = [64, 64], activation = 'relu', context = 0, family } = options
  const own =
    options.conditioner ?? ((sizes: { inputs: number; outputs: number }) => new MLP({ ...sizes, hidden, activation }))
  const stack: Bijector[] = []
  for (let i = 0; i < layers; i++) {
    if (dimensions === 1 && context === 0) {
      stack.push(new Elementwise({ family, shape: [1] }))
      continue
    }
    const sizes = couplingSizes({ dimensions, family, context })
    stack.push(new Coupling({ dimensions, family, context, conditioner: own(sizes, i) }))
    if (dimensions > 1 && i < layers - 1) stack.push(between(dimensions, i))
  }
  return stack
}

const between = (dimensions: number, i: number): Permutation =>
  dimensions === 2 ? Permutation.reverse(2) : Permutation.random(dimensions, `between ${i}`)
