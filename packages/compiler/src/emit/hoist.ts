import { type Code, Constant, V128 } from './code.js'
import type { Body } from './module.js'

/** The same code with its constants in locals that are filled once, before all loops: an engine may make them anew at each turn. */
export function hoistConstants(code: Code, body: Body): Code {
  const held = new Map<string, Code>()
  const start: Code[] = []
  const walk = (part: Code): Code => {
    if (Array.isArray(part)) return part.map(walk)
    if (!(part instanceof Constant)) return part
    const key = part.bytes.join()
    const known = held.get(key) ?? body.hold(V128, part, (instruction) => start.push(instruction))
    held.set(key, known)
    return known
  }
  const rest = walk(code)
  return [start, rest]
}
