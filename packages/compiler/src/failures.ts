import { EbbflowError, showShape } from '@ebbflow/core'
import { stridesOf } from './graph.js'
import { mayRefuse, refusal } from './linear.js'
import { iterationOf } from './loops.js'
import type { Memory } from './memory.js'
import type { Operation, Repeated } from './passes/fuse.js'

/** Which rows of a batch a block had: the others of its rows fill it up. */
export interface Span {
  readonly first: number
  readonly rows: number
  /** Rows of the block. */
  readonly block: number
}

/** An iteration, or a kernel that may refuse what it is given. */
type Refusing = Exclude<Operation, { readonly kind: 'loop' | 'sweep' }>

interface Found {
  readonly operation: Refusing
  readonly within: Memory
  /** Whether it is part of a sweep, whose rows are some of the block's. */
  readonly swept?: boolean
}

/** Rows that are named. */
const NAMED = 5

/** What the iterations of a program have to say of rows that have not converged: those that run in threads cannot throw. */
export class Failures {
  readonly #found: readonly Found[]
  /** The number of the first iteration that has failed, and of the block where blocks have numbers. */
  readonly #words: Int32Array | undefined

  constructor(operations: readonly Operation[], memory: Memory) {
    this.#found = iterations(operations, memory)
    const { failure } = memory
    this.#words = failure === undefined ? undefined : new Int32Array(memory.wasm.buffer, failure, 4)
  }

  /** Forgets what a run before has left. */
  clear(): void {
    if (this.#words) this.#words[0] = 0
  }

  /** The number of the block that failed, where a lane has written it; undefined where none has failed. */
  get block(): number | undefined {
    return this.#words?.[0] ? this.#words[1]! : undefined
  }

  /**
   * Looks whether an iteration has left rows open.
   *
   * @throws EbbflowError `convergence`, naming the rows; `singular`, naming the matrix.
   */
  check(span?: Span): void {
    const number = this.#words?.[0] ?? 0
    if (number === 0) return
    const { operation, within, swept } = this.#found[number - 1]!
    if (operation.kind === 'node') throw refusal(operation.node, this.#words![2]!, this.#words![3]!, span)
    throw swept ? complaintOf(operation, within) : complaint(operation, within, span)
  }
}

/** In the order of their numbers: those of a body come before its own. */
const iterations = (operations: readonly Operation[], memory: Memory): Found[] =>
  operations.flatMap((operation) => {
    if (operation.kind === 'node') return mayRefuse(operation.node) ? [{ operation, within: memory }] : []
    if (operation.kind === 'sweep')
      return iterations(operation.body.operations, memory.within(operation)).map((found) => ({ ...found, swept: true }))
    if (operation.kind !== 'iterate') return []
    const within = memory.within(operation)
    return [...iterations(operation.body.operations, within), { operation, within }]
  })

/** Of rows that go side by side through the values of a layer, for one of which there is no solution. */
function complaintOf({ node, body }: Repeated, within: Memory): EbbflowError {
  const { kept, solver } = iterationOf(node)!
  const id = body.graph.values.findIndex(({ origin }) => origin.kind === 'input' && origin.index === kept)
  const status = within.values(id)
  const open = Array.from(status).filter((value) => value !== 1).length
  const rows = `${open} row${open > 1 ? 's' : ''}`
  return new EbbflowError('convergence', `${solver} did not converge for a value of ${rows}`, {
    received: `${rows} of ${status.length} that went side by side, in a compiled program`,
  })
}

function complaint({ node, body }: Repeated, within: Memory, span?: Span): EbbflowError {
  const { kept, solver } = iterationOf(node)!
  const id = body.graph.values.findIndex(({ origin }) => origin.kind === 'input' && origin.index === kept)
  const { shape } = body.graph.values[id]!
  const status = within.values(id)
  const { first = 0, rows = 1, block = 1 } = span ?? {}
  const perRow = status.length / block
  const count = rows * perRow
  const open = Array.from({ length: count }, (_, i) => i).filter((i) => status[i] !== 1)
  // all rows of the batch lie along the first axis that there is more than one of
  const axis = block === 1 ? 0 : shape.findIndex((size) => size !== 1)
  const strides = stridesOf(shape)
  const place = (index: number): string => {
    let left = index + first * perRow
    if (shape.length < 2) return `${left}`
    const at = strides.map((stride, i) => {
      if (i < axis) return 0
      const along = Math.floor(left / stride)
      left -= along * stride
      return along
    })
    return showShape(at)
  }
  const shown = open.slice(0, NAMED).map(place).join(', ')
  const where = span && block > 1 ? ` among rows ${first} to ${first + rows - 1}` : ''
  return new EbbflowError(
    'convergence',
    `${solver} did not converge in row${open.length > 1 ? 's' : ''} ${shown}${open.length > NAMED ? ', …' : ''}`,
    { received: `${open.length} of ${count} rows open${where}, in a compiled program` },
  )
}
