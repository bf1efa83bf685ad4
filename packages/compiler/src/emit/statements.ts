import { type Code, V128 } from './code.js'
import type { Body } from './module.js'

/** Binds code to locals, as statements before a result. */
export class Statements {
  readonly #body: Body
  readonly code: Code[] = []

  constructor(body: Body) {
    this.#body = body
  }

  let(value: Code): Code {
    return this.#body.hold(V128, value, (code) => this.code.push(code))
  }

  end(value: Code): Code {
    return [this.code, value]
  }
}
