/**
 * A model as the program that builds it: plain data that the page sends to its worker, which evaluates it, and that the page prints as the
 * TypeScript to take away. So what is printed is what was built.
 */
export type Expression =
  | number
  | string
  | boolean
  | readonly Expression[]
  | { readonly [key: string]: Expression }
  | Call

/** A call of an exported function, or of a constructor. */
export interface Call {
  readonly call: string
  readonly construct?: boolean
  readonly with: readonly Expression[]
}

/** `name(...args)`; a dotted name is a static method. */
export const call = (name: string, ...args: Expression[]): Call => ({ call: name, with: args })

/** `new name(...args)`. */
export const construct = (name: string, ...args: Expression[]): Call => ({ call: name, construct: true, with: args })

export const isCall = (e: Expression): e is Call =>
  typeof e === 'object' && !Array.isArray(e) && 'call' in e && 'with' in e && Array.isArray(e.with)

/** What an expression comes to, with names looked up in `scope`. */
export function evaluate(e: Expression, scope: Readonly<Record<string, unknown>>): unknown {
  if (typeof e !== 'object') return e
  if (isCall(e)) {
    const [name = '', method] = e.call.split('.')
    const found = Object.hasOwn(scope, name) ? scope[name] : undefined
    if (typeof found !== 'function') throw new Error(`a model is not made of ${name}`)
    const args = e.with.map((arg) => evaluate(arg, scope))
    if (method !== undefined)
      return (found as unknown as Record<string, (...given: unknown[]) => unknown>)[method]!(...args)
    return e.construct
      ? new (found as new (...given: unknown[]) => unknown)(...args)
      : (found as (...given: unknown[]) => unknown)(...args)
  }
  if (Array.isArray(e)) return e.map((each) => evaluate(each, scope))
  return Object.fromEntries(Object.entries(e).map(([key, value]) => [key, evaluate(value, scope)]))
}

/** The exported names that an expression uses, sorted. */
export function namesIn(e: Expression): string[] {
  const found = new Set<string>()
  const visit = (part: Expression): void => {
    if (typeof part !== 'object') return
    if (isCall(part)) {
      found.add(part.call.split('.')[0]!)
      part.with.forEach(visit)
    } else for (const value of Object.values(part)) visit(value as Expression)
  }
  visit(e)
  return [...found].sort()
}

const WIDTH = 100

/** An expression as TypeScript, in lines of at most about a hundred characters. */
export function print(e: Expression, indent = ''): string {
  const flat = inOneLine(e)
  if (indent.length + flat.length <= WIDTH || typeof e !== 'object') return flat
  const deeper = `${indent}  `
  if (isCall(e)) {
    const head = `${e.construct ? 'new ' : ''}${e.call}`
    const [only] = e.with
    // a single list or record keeps its brackets at the call's
    if (e.with.length === 1 && typeof only === 'object' && !isCall(only)) return `${head}(${print(only, indent)})`
    return `${head}(\n${e.with.map((arg) => `${deeper}${print(arg, deeper)},\n`).join('')}${indent})`
  }
  if (Array.isArray(e)) return `[\n${e.map((each) => `${deeper}${print(each, deeper)},\n`).join('')}${indent}]`
  const entries = Object.entries(e).map(([key, value]) => `${deeper}${key}: ${print(value, deeper)},\n`)
  return `{\n${entries.join('')}${indent}}`
}

function inOneLine(e: Expression): string {
  if (typeof e === 'string') return `'${e.replace(/[\\']/g, '\\$&')}'`
  if (typeof e !== 'object') return String(e)
  if (isCall(e)) return `${e.construct ? 'new ' : ''}${e.call}(${e.with.map(inOneLine).join(', ')})`
  if (Array.isArray(e)) return `[${e.map(inOneLine).join(', ')}]`
  const entries = Object.entries(e)
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, value]) => `${key}: ${inOneLine(value)}`).join(', ')} }`
}
