import type { OpAttribute } from './engine.js'

/** Where something that an op reads comes from. */
export type Source =
  | { readonly kind: 'input' | 'variable' | 'constant'; readonly index: number }
  | { readonly kind: 'op'; readonly index: number; readonly output: number }

/** A tensor of an op graph; its dtype is TensorFlow's number. */
export interface Typed {
  readonly shape: readonly number[]
  readonly dtype: number
}

/** Numbers that never change. */
export interface Constant extends Typed {
  readonly values: Float32Array | Int32Array | Uint8Array
}

/** An op of TensorFlow, with what it reads and makes. */
export interface Op {
  readonly name: string
  readonly attributes: readonly OpAttribute[]
  readonly inputs: readonly Source[]
  readonly outputs: readonly Typed[]
}

/** The ops that a function runs, in an order in which they can run. */
export interface OpGraph {
  readonly inputs: readonly Typed[]
  readonly variables: readonly Typed[]
  readonly constants: readonly Constant[]
  readonly ops: readonly Op[]
  readonly outputs: readonly Source[]
}
