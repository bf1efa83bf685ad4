import { flat, flatIn } from '../rule.js'

/** Tests of a value and reductions to truth values have derivative zero. */
export const predicates = [
  ...['IsFinite', 'IsInf', 'IsNan', 'LogicalNot'].map((name) => flat(name)),
  ...['All', 'Any'].map((name) => flatIn(name, 'x')),
]
