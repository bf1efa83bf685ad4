import type { DataType } from '@tensorflow/tfjs-core'
import { exact } from '../exact.js'
import { type Code, f, floats, ints, n, V128 } from './code.js'
import { asFloat, elementwise, type Lanes, type Operand, stored } from './elementwise.js'
import type { Body, WasmModule } from './module.js'

/** A value within a loop: a number from memory, one that was computed, a constant, or the element of the product that the loop ends. */
export type Ref =
  | { readonly leaf: number }
  | { readonly step: number }
  | { readonly constant: number }
  | { readonly product: true }

/** One elementwise kernel within a loop. */
export interface LoopStep {
  readonly kernel: string
  readonly args: readonly Ref[]
  readonly attrs: Readonly<Record<string, unknown>>
  readonly dtype: DataType
}

/** What four lanes of a leaf of this type hold. */
export const lanesOf = (dtype: DataType): Lanes => (dtype === 'int32' ? 'int' : 'float')

/**
 * Computes steps on four lanes, the leaves and the product being there already, and tells what a reference then is; `keep` takes the
 * instructions.
 */
export function computeSteps(
  module: WasmModule,
  body: Body,
  steps: readonly LoopStep[],
  given: { leaves: readonly Operand[]; product?: Operand },
  keep: (code: Code) => void,
): (ref: Ref) => Operand {
  const computed: Operand[] = []
  const value = (ref: Ref): Operand => {
    if ('leaf' in ref) return given.leaves[ref.leaf]!
    if ('step' in ref) return computed[ref.step]!
    if ('product' in ref) return given.product!
    return { code: floats(ref.constant), lanes: 'float' }
  }
  for (const { kernel, args, attrs, dtype } of steps) {
    const wholes = args.some((ref) => !('constant' in ref) && value(ref).lanes === 'int')
    const floating = args.some((ref) => !('constant' in ref) && value(ref).lanes !== 'int')
    const operands = args.map((ref) =>
      'constant' in ref && wholes && !floating ? ({ code: ints(ref.constant), lanes: 'int' } as const) : value(ref),
    )
    const made = elementwise(kernel, operands, attrs, module)
    const kept: Lanes = dtype === 'int32' ? 'int' : made.lanes === 'int' ? 'float' : made.lanes
    const inKind = kept === made.lanes ? made.code : coerced(made, dtype)
    computed.push({ code: body.hold(V128, inKind, keep), lanes: kept })
  }
  return value
}

/** Bits to store for a value of `dtype`. */
export function coerced(operand: Operand, dtype: DataType): Code {
  if (dtype === 'int32') return operand.lanes === 'int' ? operand.code : n.fromFloats(asFloat(operand))
  return operand.lanes === 'int' ? f.fromInts(operand.code) : stored(operand)
}

/** Numbers that JSON has no word for. */
const isOdd = (value: unknown): boolean =>
  typeof value === 'number' ? !Number.isFinite(value) || Object.is(value, -0) : typeof value === 'object'

const isOddRef = (ref: Ref): boolean => 'constant' in ref && isOdd(ref.constant)

/** Text that says all of what is emitted; `within` has the steps and outputs in it, where alone there may be numbers of every kind. */
export function textOf(
  spec: object,
  within?: { readonly steps: readonly LoopStep[]; readonly outputs: readonly { readonly ref: Ref }[] },
): string {
  const odd =
    within &&
    (within.steps.some(({ args, attrs }) => args.some(isOddRef) || Object.values(attrs).some(isOdd)) ||
      within.outputs.some(({ ref }) => isOddRef(ref)))
  return odd ? JSON.stringify(spec, exact) : JSON.stringify(spec)
}
