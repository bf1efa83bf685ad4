export type { CompiledFunction, Result } from '../compiled-function.js'
export { compileNative } from './compile-native.js'
