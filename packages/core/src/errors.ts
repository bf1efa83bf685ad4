/** The machine-readable kinds of {@link EbbflowError}. */
export type ErrorCode =
  | 'argument'
  | 'backend'
  | 'convergence'
  | 'data'
  | 'domain'
  | 'duplicate-engine'
  | 'file'
  | 'gradient'
  | 'not-finite'
  | 'not-initialised'
  | 'shape'
  | 'singular'
  | 'thread'
  | 'unsupported'

/** What an error carries beside its message. */
export interface ErrorDetails {
  /** What would have been right, in words. */
  expected?: string
  /** The offending value or shape, in words. */
  received?: string
  cause?: unknown
}

/**
 * Every error that Ebbflow throws on purpose: a `code`, the path of the layer it arose in, what was expected and what came.
 *
 * @example
 * ```ts
 * import { EbbflowError } from '@ebbflow/core'
 * try { throw new EbbflowError('shape', 'wrong event shape', { expected: '[2]', received: '[3]' }) }
 * catch (error) { if (error instanceof EbbflowError) console.log(error.code, error.message) }
 * ```
 */
export class EbbflowError extends Error {
  override readonly name: string = 'EbbflowError'
  readonly code: ErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined
  /** Path of the layer in the outermost module that was called, such as `bijector.2.conditioner`. */
  path: string | undefined
  readonly #detail: string

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.expected = details.expected
    this.received = details.received
    this.#detail = [
      message,
      details.expected === undefined ? '' : `: expected ${details.expected}`,
      details.received === undefined ? '' : `${details.expected === undefined ? ': ' : ', '}got ${details.received}`,
    ].join('')
    this.message = this.#detail
  }

  /** Names the layer in which the error arose; the outermost caller's view wins. */
  at(path: string): this {
    this.path = path
    this.message = path === '' ? this.#detail : `${path}: ${this.#detail}`
    return this
  }
}

/** Throws an {@link EbbflowError} of code `argument` unless `condition` holds. */
export function check(condition: unknown, message: string, details?: ErrorDetails): asserts condition {
  if (!condition) throw new EbbflowError('argument', message, details)
}
