export type { BackendName } from './loaders.js'
export { currentBackend, loadBackend, useBackend, withBackend } from './use.js'
