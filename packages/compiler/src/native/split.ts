import type { Op, OpGraph, Source, Typed } from './op-graph.js'

/** A graph in two: what depends on variables alone, and the rest, whose last variables are the results of the first. */
export interface Split {
  readonly before: OpGraph | undefined
  readonly after: OpGraph
  /** The variables of the whole graph that the rest reads, which come first among its own. */
  readonly read: readonly number[]
}

/** Parts what can be computed once for all inputs from what cannot. */
export function split(graph: OpGraph): Split {
  const { ops, variables, outputs } = graph
  const varies: boolean[] = []
  const learned: boolean[] = []
  for (const [i, { inputs }] of ops.entries()) {
    varies[i] = inputs.some((source) => (source.kind === 'op' ? varies[source.index] : source.kind === 'input'))
    learned[i] = inputs.some((source) => (source.kind === 'op' ? learned[source.index] : source.kind === 'variable'))
  }
  const isSettled = (source: Source): boolean =>
    source.kind === 'op' && !varies[source.index]! && learned[source.index]!
  const late = (i: number): boolean => varies[i]! || !learned[i]!
  const reads = [...ops.filter((_, i) => late(i)).flatMap(({ inputs }) => inputs), ...outputs]
  const settled = unique(reads.filter(isSettled))
  const read = [...new Set(reads.flatMap((source) => (source.kind === 'variable' ? [source.index] : [])))]
  const given = new Map<string, number>([
    ...read.map((index, i) => [keyOf({ kind: 'variable', index }), i] as const),
    ...settled.map((source, i) => [keyOf(source), read.length + i] as const),
  ])
  const after = part(graph, late, outputs, given)
  if (settled.length === 0)
    return { before: undefined, after: { ...after, variables: typesOf(graph, variablesOf(read)) }, read }
  const all = new Map(variables.map((_, index) => [keyOf({ kind: 'variable', index }), index]))
  return {
    before: { ...part(graph, (i) => !varies[i]!, settled, all), inputs: [], variables },
    after: { ...after, variables: typesOf(graph, [...variablesOf(read), ...settled]) },
    read,
  }
}

const variablesOf = (indices: readonly number[]): Source[] => indices.map((index) => ({ kind: 'variable', index }))

const keyOf = (source: Source): string => `${source.kind} ${source.index} ${source.kind === 'op' ? source.output : 0}`

const unique = (sources: readonly Source[]): Source[] => [
  ...new Map(sources.map((source) => [keyOf(source), source])).values(),
]

/** The dtype and shape of something in a graph. */
export function typeOf({ inputs, variables, constants, ops }: OpGraph, source: Source): Typed {
  if (source.kind === 'op') return ops[source.index]!.outputs[source.output]!
  return { input: inputs, variable: variables, constant: constants }[source.kind][source.index]!
}

const typesOf = (graph: OpGraph, sources: readonly Source[]): Typed[] => sources.map((source) => typeOf(graph, source))

/** Some of the ops, that read what they are given as variables of such numbers. */
function part(
  graph: OpGraph,
  has: (op: number) => boolean,
  outputs: readonly Source[],
  given: ReadonlyMap<string, number>,
): OpGraph {
  const numbers = new Map<number, number>()
  const constants = new Map<number, number>()
  const moved = (source: Source): Source => {
    const { kind, index } = source
    const variable = given.get(keyOf(source))
    if (variable !== undefined) return { kind: 'variable', index: variable }
    if (source.kind === 'op') return { ...source, index: numbers.get(index)! }
    if (kind !== 'constant') return source
    if (!constants.has(index)) constants.set(index, constants.size)
    return { kind, index: constants.get(index)! }
  }
  const ops: Op[] = []
  for (const [i, op] of graph.ops.entries()) {
    if (!has(i)) continue
    numbers.set(i, ops.length)
    ops.push({ ...op, inputs: op.inputs.map(moved) })
  }
  const read = outputs.map(moved)
  return { ...graph, ops, outputs: read, constants: [...constants.keys()].map((i) => graph.constants[i]!) }
}
