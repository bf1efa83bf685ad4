import { own, rule, unbroadcast } from '../rule.js'

/** A broadcast tensor collects the sum over the axes it was repeated along. */
export const broadcastTo = rule('BroadcastTo', ['x'], (dy, [x]) => ({ x: () => own(unbroadcast(dy, x!.shape), dy) }))
