import type { Binding, OpAttribute } from './engine.js'
import type { Constant, Op, OpGraph, Source, Typed } from './op-graph.js'
import type { AttributeValue, GraphNode } from './saved-model.js'
import { typeOf } from './split.js'

/** The name under which TensorFlow knows where something comes from. */
export function nameOf(source: Source): string {
  if (source.kind === 'op') return `op${source.index}:${source.output}`
  return `${source.kind}${source.index}:0`
}

/** The name of a result, which stands by itself, since what is given cannot be asked for. */
export const outputName = (index: number): string => `output${index}:0`

/** Ops that are given no dtype, since eager TensorFlow takes that of what they read. */
const UNTYPED = new Set(['ExpandDims'])

const nodeName = (name: string): string => name.slice(0, name.indexOf(':'))

/**
 * Whether a constant is given anew at each run: TensorFlow takes 0 · x for 0 where it sees that a factor is zero, which hides NaN and
 * infinity.
 */
export const isHidden = ({ values }: Constant): boolean => values.every((value: number) => value === 0)

/** The nodes of a TensorFlow graph for an op graph. */
export function graphNodes(graph: OpGraph, binding: Binding): GraphNode[] {
  const { inputs, variables, constants, ops, outputs } = graph
  const given = (kind: 'input' | 'variable' | 'constant', index: number, typed: Typed): GraphNode => ({
    name: nodeName(nameOf({ kind, index })),
    op: 'Placeholder',
    inputs: [],
    attributes: { dtype: { kind: 'type', value: typed.dtype }, shape: { kind: 'shape', value: typed.shape } },
  })
  return [
    ...inputs.map((typed, i) => given('input', i, typed)),
    ...variables.map((typed, i) => given('variable', i, typed)),
    ...constants.map((constant, i) =>
      isHidden(constant) ? given('constant', i, constant) : constantNode(constant, i),
    ),
    ...ops.map((op, i) => opNode(op, i, graph, binding)),
    ...outputs.map((source, i) => ({
      name: nodeName(outputName(i)),
      op: 'Identity',
      inputs: [nameOf(source)],
      attributes: { T: { kind: 'type', value: typeOf(graph, source).dtype } as const },
    })),
  ]
}

function constantNode({ dtype, shape, values }: Constant, index: number): GraphNode {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return {
    name: nodeName(nameOf({ kind: 'constant', index })),
    op: 'Const',
    inputs: [],
    attributes: { dtype: { kind: 'type', value: dtype }, value: { kind: 'tensor', dtype, shape, bytes } },
  }
}

const isProduct = ({ name }: Op): boolean => /^(BatchMatMul|Conv2D$)/.test(name)

/** Whether an op adds a number to each column of a product. */
function isBias({ name, inputs }: Op, graph: OpGraph): boolean {
  const [product, bias] = inputs
  if (!/^Add(V2)?$/.test(name) || product?.kind !== 'op' || !isProduct(graph.ops[product.index]!)) return false
  const [of, along] = [typeOf(graph, product).shape, typeOf(graph, bias!).shape]
  return along.length === 1 && of.length > 1 && along[0] === of.at(-1)
}

/** An op as a node: products of matrices, and what is added to their columns, under the names by which TensorFlow joins them. */
function opNode(op: Op, index: number, graph: OpGraph, binding: Binding): GraphNode {
  const attributes: Record<string, AttributeValue> = Object.fromEntries(
    op.attributes.map((given) => [given.name, attributeValue(given, binding)]),
  )
  if (UNTYPED.has(op.name)) attributes.T ??= { kind: 'type', value: typeOf(graph, op.inputs[0]!).dtype }
  const node = { name: `op${index}`, op: op.name, inputs: op.inputs.map(nameOf), attributes }
  if (isBias(op, graph)) {
    const format: AttributeValue = { kind: 's', value: 'NHWC' }
    return { ...node, op: 'BiasAdd', attributes: { T: attributes.T!, data_format: format } }
  }
  const { adj_x: a, adj_y: b, T } = attributes
  if (!/^BatchMatMul/.test(op.name) || op.inputs.some((source) => typeOf(graph, source).shape.length !== 2)) return node
  const off: AttributeValue = { kind: 'b', value: false }
  return { ...node, op: 'MatMul', attributes: { transpose_a: a ?? off, transpose_b: b ?? off, T: T! } }
}

function attributeValue({ name, type, value }: OpAttribute, binding: Binding): AttributeValue {
  const list = Array.isArray(value)
  if (type === binding.TF_ATTR_STRING) return { kind: 's', value: value as string }
  if (type === binding.TF_ATTR_TYPE) return { kind: 'type', value: value as number }
  if (type === binding.TF_ATTR_SHAPE) return { kind: 'shape', value: value as readonly number[] }
  const of = { [binding.TF_ATTR_INT]: 'i', [binding.TF_ATTR_FLOAT]: 'f', [binding.TF_ATTR_BOOL]: 'b' }[type]
  if (of === undefined) throw new Error(`attribute ${name} is of the unknown type ${type}`)
  if (list) return { kind: 'list', of: of as 'i' | 'f' | 'b', value: value as readonly (number | boolean)[] }
  if (of === 'b') return { kind: 'b', value: value as boolean }
  return { kind: of as 'i' | 'f', value: value as number }
}
