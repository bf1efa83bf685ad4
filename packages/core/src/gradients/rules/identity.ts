import { linear, view } from '../rule.js'

/** d x = dx */
export const identity = linear('Identity', (dy) => view(dy))
