import { flatIn } from '../rule.js'

/** Outputs that are indices have derivative zero. */
export const indices = [
  flatIn('ArgMax', 'x'),
  flatIn('ArgMin', 'x'),
  flatIn('SearchSorted', 'sortedSequence', 'values'),
]
