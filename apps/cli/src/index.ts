export { type ReadOptions, readTable } from './csv.js'
export { type IO, processIO } from './io.js'
export { run } from './program.js'
