import { type Code, call, get, I32 } from './code.js'
import type { WasmModule } from './module.js'

/** Calls in one function of the driver: a longer one would take its compiler long. */
const CHUNK = 200

/** A function that makes calls one after another, which are given what it is given. */
export function driver(
  module: WasmModule,
  name: string,
  calls: readonly Code[],
  { exported, moves = 0 }: { readonly exported?: string; readonly moves?: number } = {},
): number {
  const given = Array<typeof I32>(moves).fill(I32)
  const parts: number[] = []
  for (let i = 0; i < calls.length; i += CHUNK)
    parts.push(module.function(`${name} ${i}`, given, [], () => calls.slice(i, i + CHUNK)))
  const handed = given.map((_, i) => get(i))
  return module.function(name, given, [], () => parts.map((part) => call(part, ...handed)), exported)
}
