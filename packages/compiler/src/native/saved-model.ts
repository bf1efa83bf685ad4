import { PbfWriter } from 'pbf'

/** A value of an attribute, by the name that TensorFlow's protocol gives its kind. */
export type AttributeValue =
  | { readonly kind: 's'; readonly value: string }
  | { readonly kind: 'i' | 'f' | 'type'; readonly value: number }
  | { readonly kind: 'b'; readonly value: boolean }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly dtype: number; readonly shape: readonly number[]; readonly bytes: Uint8Array }
  | { readonly kind: 'list'; readonly of: 'i' | 'f' | 'b'; readonly value: readonly (number | boolean)[] }

/** A node of a TensorFlow graph; its inputs are written `name:output`. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
}

/** The tag by which it is loaded. */
export const TAG = 'serve'

/** Version of the graph's format: that of TensorFlow 2.9, with which tfjs-node 4.22 comes. */
const PRODUCER = 1087

// numbers of fields, from tensorflow/core/protobuf and tensorflow/core/framework
const SAVED_MODEL = { version: 1, metaGraphs: 2 } as const
const META_GRAPH = { info: 1, graph: 2 } as const
const INFO = { tags: 4 } as const
const GRAPH = { nodes: 1, versions: 4 } as const
const VERSIONS = { producer: 1 } as const
const NODE = { name: 1, op: 2, inputs: 3, attributes: 5 } as const
const ENTRY = { key: 1, value: 2 } as const
const VALUE = { list: 1, s: 2, i: 3, f: 4, b: 5, type: 6, shape: 7, tensor: 8 } as const
const SHAPE = { dim: 2 } as const
const DIM = { size: 1 } as const
const TENSOR = { dtype: 1, shape: 2, content: 4 } as const

/** The bytes of a SavedModel, as of TensorFlow's `saved_model.pb`, that holds one graph. */
export function savedModel(nodes: readonly GraphNode[]): Uint8Array {
  const pbf = new PbfWriter()
  pbf.writeVarintField(SAVED_MODEL.version, 1)
  pbf.writeMessage(SAVED_MODEL.metaGraphs, writeMetaGraph, nodes)
  return pbf.finish()
}

function writeMetaGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  pbf.writeMessage(META_GRAPH.info, (tag, inner) => inner.writeStringField(INFO.tags, tag), TAG)
  pbf.writeMessage(META_GRAPH.graph, writeGraph, nodes)
}

function writeGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(GRAPH.nodes, writeNode, node)
  pbf.writeMessage(GRAPH.versions, (version, inner) => inner.writeVarintField(VERSIONS.producer, version), PRODUCER)
}

function writeNode({ name, op, inputs, attributes }: GraphNode, pbf: PbfWriter): void {
  pbf.writeStringField(NODE.name, name)
  pbf.writeStringField(NODE.op, op)
  for (const input of inputs) pbf.writeStringField(NODE.inputs, input)
  for (const entry of Object.entries(attributes)) pbf.writeMessage(NODE.attributes, writeEntry, entry)
}

function writeEntry([name, value]: [string, AttributeValue], pbf: PbfWriter): void {
  pbf.writeStringField(ENTRY.key, name)
  pbf.writeMessage(ENTRY.value, writeValue, value)
}

function writeValue(value: AttributeValue, pbf: PbfWriter): void {
  switch (value.kind) {
    case 's':
      pbf.writeStringField(VALUE.s, value.value)
      break
    case 'i':
    case 'type':
      pbf.writeVarintField(VALUE[value.kind], value.value)
      break
    case 'f':
      pbf.writeFloatField(VALUE.f, value.value)
      break
    case 'b':
      pbf.writeBooleanField(VALUE.b, value.value)
      break
    case 'shape':
      pbf.writeMessage(VALUE.shape, writeShape, value.value)
      break
    case 'tensor':
      pbf.writeMessage(VALUE.tensor, writeTensor, value)
      break
    case 'list':
      pbf.writeMessage(VALUE.list, writeList, value)
  }
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(SHAPE.dim, (value, inner) => inner.writeVarintField(DIM.size, value), size)
}

function writeTensor({ dtype, shape, bytes }: Extract<AttributeValue, { kind: 'tensor' }>, pbf: PbfWriter): void {
  pbf.writeVarintField(TENSOR.dtype, dtype)
  pbf.writeMessage(TENSOR.shape, writeShape, shape)
  pbf.writeBytesField(TENSOR.content, bytes)
}

function writeList({ of, value }: Extract<AttributeValue, { kind: 'list' }>, pbf: PbfWriter): void {
  if (of === 'f') pbf.writePackedFloat(VALUE.f, value as number[])
  else if (of === 'i') pbf.writePackedVarint(VALUE.i, value as number[])
  else pbf.writePackedBoolean(VALUE.b, value as boolean[])
}
