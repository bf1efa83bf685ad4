import { binary } from '../rule.js'

/** d(a + b) = da + db */
export const add = binary(
  'Add',
  (dy) => dy,
  (dy) => dy,
)
