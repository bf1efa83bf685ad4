import { check, Rng } from '@ebbflow/core'

/**
 * In which order an autoregressive layer goes through the values of an event: as they stand, backwards, at random by a seed, or as listed
 * (`order[i]` is the value that comes i-th).
 */
export type Order = 'natural' | 'reversed' | { readonly seed: number | string } | readonly number[]

/** The order as a list of D values; throws an `argument` error for a list that is not a permutation. */
export function orderOf(order: Order, dimensions: number): number[] {
  const natural = Array.from({ length: dimensions }, (_, i) => i)
  if (order === 'natural') return natural
  if (order === 'reversed') return natural.reverse()
  if ('seed' in order) return [...Rng.seed(order.seed).split('order').permutation(dimensions)]
  const sorted = [...order].sort((a, b) => a - b)
  check(sorted.length === dimensions && sorted.every((n, i) => n === i), 'not an order of the values', {
    expected: `each of 0 … ${dimensions - 1} once`,
    received: `[${order.join(', ')}]`,
  })
  return [...order]
}
