import { select as choose, keepWhere, rule, zeros } from '../rule.js'

/** Each side takes the gradient where it was chosen; no product, so that what was not chosen cannot spoil it. */
export const select = rule('Select', ['condition'], (dy, [condition]) => ({
  condition: () => zeros(condition!.shape),
  t: () => keepWhere(condition!, dy),
  e: () => choose(condition!, zeros(dy.shape), dy),
}))
