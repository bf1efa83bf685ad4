export { type CompiledFunction, compile, type Result } from './compile.js'
