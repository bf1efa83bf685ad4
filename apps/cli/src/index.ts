export { type ReadOptions, readTable } from './csv.js'
export { ensureWritable, writeAtomically } from './write.js'
