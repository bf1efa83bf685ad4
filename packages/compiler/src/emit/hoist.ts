import { type Code, Constant, V128 } from './code.js'
import type { Body } from './module.js'

/** The same code with its constants in locals that are filled once, before all loops: an engine may make them anew at each turn. */
export function hoistConstants(code: Code, body: Body): Code {
  const held = new Map<string, Code>()
  const start: Code[] = []
  const walk = (part: Code): Code => {
    if (part instanceof Constant) {
      const key = part.bytes.join()
      const known = held.get(key) ?? body.hold(V128, part, (instruction) => start.push(instruction))
      held.set(key, known)
      return known
    }
    if (typeof part === 'number' || part instanceof Uint8Array) return part
    // what has no constants stays as it is
    let changed: Code[] | undefined
    for (let i = 0; i < part.length; i++) {
      const inner = part[i]!
      if (typeof inner === 'number') continue
      const now = walk(inner)
      if (now === inner) continue
      changed ??= part.slice()
      changed[i] = now
    }
    return changed ?? part
  }
  const rest = walk(code)
  return [start, rest]
}
