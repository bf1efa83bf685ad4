import { extremum } from '../extremum.js'

/** d min x = dx at the minimum; entries that tie share it. */
export const min = extremum('Min', 'axis')
