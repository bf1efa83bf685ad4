import { extremum } from '../extremum.js'

/** d max x = dx at the maximum; entries that tie share it. */
export const max = extremum('Max', 'reductionIndices')
