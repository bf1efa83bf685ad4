import { type Code, flatten, get, I32, set, unsigned, type WasmType } from './code.js'

const text = (name: string): Code => {
  const bytes = [...new TextEncoder().encode(name)]
  return [unsigned(bytes.length), bytes]
}
const sized = (...code: Code[]): Code => {
  const bytes = flatten(code)
  return [unsigned(bytes.length), bytes]
}
const list = (items: readonly Code[]): Code => [unsigned(items.length), items]
const section = (id: number, code: Code): Code => [id, sized(code)]

/** The function under construction: its parameters come first, then the locals that it asks for. */
export class Body {
  readonly #parameters: number
  readonly #locals: WasmType[] = []
  /** Whether functions of four floats are called; they are written out where they are used otherwise. */
  calls = false

  constructor(parameters: number) {
    this.#parameters = parameters
  }

  /** A new local variable. */
  local(type: WasmType): number {
    this.#locals.push(type)
    return this.#parameters + this.#locals.length - 1
  }

  /** A new local variable holding `value`; `keep` takes the instruction that fills it. */
  hold(type: WasmType, value: Code, keep: (code: Code) => void): Code {
    const local = this.local(type)
    keep(set(local, value))
    return get(local)
  }

  get locals(): readonly WasmType[] {
    return this.#locals
  }
}

interface Built {
  type: number
  locals: readonly WasmType[]
  code: Code
  exported?: string
}

/** Functions that are alike are made once: who asks for a key that is there gets the function that is there. */
export class WasmModule {
  readonly #types: Code[] = []
  readonly #typeKeys = new Map<string, number>()
  readonly #functions: Built[] = []
  readonly #byKey = new Map<string, number>()
  readonly #byOperation = new WeakMap<object, number[]>()
  readonly #hostType: number
  readonly #bodies: Body[] = []

  constructor() {
    this.#hostType = this.#type([I32], [])
  }

  /** Index of the imported function that runs what the program cannot. */
  readonly host = 0

  /** The function that is being built, innermost. */
  get body(): Body {
    return this.#bodies.at(-1)!
  }

  /** The function for `key`, built when it is asked for first. */
  function(
    key: string,
    parameters: readonly WasmType[],
    results: readonly WasmType[],
    build: (body: Body) => Code,
    exported?: string,
  ): number {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const body = new Body(parameters.length)
    this.#bodies.push(body)
    const code = build(body)
    this.#bodies.pop()
    this.#functions.push({
      type: this.#type(parameters, results),
      locals: body.locals,
      code,
      ...(exported !== undefined && { exported }),
    })
    // the imported host function is number 0
    const index = this.#functions.length
    this.#byKey.set(key, index)
    return index
  }

  /** The module's bytes; it imports `env.memory`, of so many pages where threads share it, and `env.host`. */
  assemble(sharedPages?: number): Uint8Array<ArrayBuffer> {
    const limits = sharedPages === undefined ? [0, 0] : [3, unsigned(sharedPages), unsigned(sharedPages)]
    const exports = this.#functions.flatMap(({ exported }, i) =>
      exported === undefined ? [] : [[text(exported), 0, unsigned(i + 1)]],
    )
    return flatten([
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, list(this.#types)),
      section(
        2,
        list([
          [text('env'), text('host'), 0, unsigned(this.#hostType)],
          [text('env'), text('memory'), 2, limits],
        ]),
      ),
      section(3, list(this.#functions.map(({ type }) => unsigned(type)))),
      section(7, list(exports)),
      section(
        10,
        list(this.#functions.map(({ locals, code }) => sized(list(locals.map((type) => [1, type])), code, 0x0b))),
      ),
    ])
  }

  /** The function for a part of an operation, found again where the operation is linked another time, at other addresses. */
  once(operation: object, make: () => number, part = 0): number {
    let parts = this.#byOperation.get(operation)
    if (!parts) {
      parts = []
      this.#byOperation.set(operation, parts)
    }
    parts[part] ??= make()
    return parts[part]
  }

  get size(): number {
    return this.#functions.length
  }

  #type(parameters: readonly WasmType[], results: readonly WasmType[]): number {
    const key = `${parameters}>${results}`
    let index = this.#typeKeys.get(key)
    if (index === undefined) {
      index = this.#types.length
      this.#types.push([0x60, list([...parameters]), list([...results])])
      this.#typeKeys.set(key, index)
    }
    return index
  }
}
