import type { Shape } from '@ebbflow/core'
import type { DataType } from '@tensorflow/tfjs-core'

/** Number of a value in its graph. */
export type ValueId = number

/** Where a value comes from: an input of the program, a variable that outlives it, numbers that never change, or a node. */
export type Origin =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'variable'; readonly index: number }
  | { readonly kind: 'constant'; readonly data: ArrayLike<number> }
  | { readonly kind: 'filled'; readonly fill: number }
  | { readonly kind: 'node' }

export interface Value {
  readonly shape: Shape
  readonly dtype: DataType
  readonly origin: Origin
}

/** Some elements of a value in some order: element i₁, i₂, … stands at offset + Σ strideₖ iₖ. */
export interface View {
  readonly offset: number
  readonly strides: readonly number[]
}

/** A value as a node reads it: in row-major order under a shape of the same size, or through a view of that shape. */
export interface Use {
  readonly value: ValueId
  readonly shape: Shape
  readonly view?: View
}

/** One kernel with what it reads and makes. */
export interface Node {
  readonly kernel: string
  readonly inputs: Readonly<Record<string, Use>>
  readonly attrs: Readonly<Record<string, unknown>>
  readonly outputs: readonly ValueId[]
  /** Number of the recorded kernel that it stems from. */
  readonly call: number
}

/** A program in static single assignment: nodes in an order in which they can run. */
export interface Graph {
  readonly values: readonly Value[]
  readonly nodes: readonly Node[]
  readonly outputs: readonly Use[]
}

/** A graph that is being extended. */
export class Draft {
  readonly values: Value[]
  readonly nodes: Node[] = []

  constructor(values: readonly Value[]) {
    this.values = [...values]
  }

  value(shape: Shape, dtype: DataType, origin: Origin = { kind: 'node' }): ValueId {
    this.values.push({ shape: [...shape], dtype, origin })
    return this.values.length - 1
  }

  filled(fill: number, shape: Shape, dtype: DataType = 'float32'): Use {
    return { value: this.value(shape, dtype, { kind: 'filled', fill }), shape }
  }

  /** Adds a node of one output and returns a use of it. */
  node(
    from: Pick<Node, 'call'>,
    kernel: string,
    inputs: Node['inputs'],
    shape: Shape,
    { attrs = {}, dtype = 'float32', output }: { attrs?: Node['attrs']; dtype?: DataType; output?: ValueId } = {},
  ): Use {
    const value = output ?? this.value(shape, dtype)
    this.nodes.push({ kernel, inputs, attrs, outputs: [value], call: from.call })
    return { value, shape }
  }
}

/** Row-major strides of a shape. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = []
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i]!
  }
  return strides
}

/** A use as a view, row-major where it has none of its own. */
export const viewOf = (use: Use): View => use.view ?? { offset: 0, strides: stridesOf(use.shape) }

/** Replaces the uses of a node's inputs; the node itself where all stay as they are. */
export function mapInputs(node: Node, change: (use: Use, name: string) => Use): Node {
  let changed: Record<string, Use> | undefined
  for (const name in node.inputs) {
    const use = node.inputs[name]!
    const now = change(use, name)
    if (now === use) continue
    changed ??= { ...node.inputs }
    changed[name] = now
  }
  return changed ? { ...node, inputs: changed } : node
}

/** The uniform number that a value is filled with, if it is. */
export function fillOf(graph: { values: readonly Value[] }, use: Use): number | undefined {
  const { origin } = graph.values[use.value]!
  return origin.kind === 'filled' ? origin.fill : undefined
}
