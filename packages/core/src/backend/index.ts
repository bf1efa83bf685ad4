export { type BackendOptions, largestProduct, NATIVE_FROM } from './auto.js'
export type { BackendName } from './loaders.js'
export { currentBackend, loadBackend, useBackend, withBackend } from './use.js'
