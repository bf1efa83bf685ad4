export { exactLog, normalQuantile } from './normal.js'
export { Rng } from './rng.js'
