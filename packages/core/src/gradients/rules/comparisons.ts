import { flatIn } from '../rule.js'

/** Comparisons and logic have derivative zero. */
export const comparisons = [
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'].map((name) => flatIn(name, 'a', 'b')),
  ...['LogicalAnd', 'LogicalOr'].map((name) => flatIn(name, 'a', 'b')),
]
