import { expand, own, reduction, reshaped, unary } from '../rule.js'

/** Every summand takes the sum's gradient. */
export const sum = unary<{ axis: unknown }>('Sum', (dy, x, { axis }) =>
  own(expand(reshaped(dy, reduction(x.shape, axis).kept), x.shape), dy),
)
