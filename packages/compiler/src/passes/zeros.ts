import { sizeOf } from '@ebbflow/core'
import { BLOCK, PANEL, TILE } from '../emit/matmul-spec.js'
import { Draft, type Graph, type Node, stridesOf, type Use, type ValueId, viewOf } from '../graph.js'
import { isPlain } from '../views.js'

/** Share of the work that must be saved for a table to be worth its reading. */
const WORTH = 0.1
/** Largest matrix whose zeros are looked for. */
const MOST = 2 ** 24

/**
 * Spares products the zeros of constant masks. A masked weight, as of a MADE, is recorded as `Multiply(W, mask)`. Where it is the right side,
 * each panel of columns sums over the rows between its first and its last that are not masked; where a product is multiplied by a
 * mask and not used otherwise, as the gradient of a masked weight is, tiles that are wholly masked are not computed. What is not finite
 * on the other side spreads through a mask no more.
 */
export function skipZeros(graph: Graph): Graph {
  const draft = new Draft(graph.values)
  const zeros = zerosIn(graph)
  const masked = maskedProducts(graph)
  for (const node of graph.nodes) draft.nodes.push(tabled(node))
  return { values: draft.values, nodes: draft.nodes, outputs: graph.outputs }

  function tabled(node: Node): Node {
    if (node.kernel !== 'MatMul' || node.attrs.depth !== undefined) return node
    const { a, b } = node.inputs
    const mask = masked.get(node.outputs[0]!)
    const table = depths(b!, zeros) ?? (mask && a!.shape.length === 2 ? tiles(mask, zeros) : undefined)
    if (!table) return node
    const { data, kind } = table
    const value = draft.value([data.length], 'int32', { kind: 'constant', data: Int32Array.from(data) })
    return {
      ...node,
      inputs: { ...node.inputs, table: { value, shape: [data.length] } },
      attrs: { ...node.attrs, table: kind },
    }
  }
}

type Zeros = (use: Use) => ((index: number) => boolean) | undefined

/** Tells which elements of a use are 0 whatever is computed, by their row-major index; undefined where none is known to be. */
function zerosIn(graph: Graph): Zeros {
  const makers = new Map<ValueId, Node>()
  for (const node of graph.nodes) for (const output of node.outputs) makers.set(output, node)
  const known = new Map<ValueId, Uint8Array | undefined>()
  const inside = (value: ValueId): Uint8Array | undefined => {
    if (!known.has(value)) known.set(value, find(value))
    return known.get(value)
  }
  const find = (value: ValueId): Uint8Array | undefined => {
    const { origin, dtype, shape } = graph.values[value]!
    if (dtype !== 'float32' || sizeOf(shape) > MOST) return undefined
    if (origin.kind === 'constant') return Uint8Array.from(origin.data, (x) => (x === 0 ? 1 : 0))
    const node = makers.get(value)
    if (node?.kernel === 'Copy') return through(node.inputs.x!)
    if (node?.kernel !== 'Multiply') return undefined
    const { a, b } = node.inputs
    const [left, right] = [a!, b!].map((use) => (sizeOf(use.shape) === sizeOf(shape) ? through(use) : undefined))
    if (!left || !right) return left ?? right
    return left.map((zero, i) => zero | right[i]!)
  }
  /** In the order in which a use is read. */
  const through = (use: Use): Uint8Array | undefined => {
    const zeros = inside(use.value)
    if (!zeros || !use.view) return zeros
    const out = new Uint8Array(sizeOf(use.shape))
    const plain = stridesOf(use.shape)
    const { offset, strides } = use.view
    for (let i = 0; i < out.length; i++) {
      let at = offset
      for (let axis = 0; axis < strides.length; axis++)
        at += strides[axis]! * (Math.floor(i / plain[axis]!) % use.shape[axis]!)
      out[i] = zeros[at]!
    }
    return out
  }
  return (use) => {
    const zeros = through(use)
    return zeros?.includes(1) ? (index) => zeros[index] === 1 : undefined
  }
}

/** Products that are multiplied by something of their size and used in no other way, with that. */
function maskedProducts({ nodes, outputs }: Graph): Map<ValueId, Use> {
  const products = new Set<ValueId>()
  const uses = new Map<ValueId, number>()
  const count = (value: ValueId): void => void uses.set(value, (uses.get(value) ?? 0) + 1)
  for (const { kernel, inputs, outputs: made } of nodes) {
    for (const name in inputs) count(inputs[name]!.value)
    if (kernel === 'MatMul') products.add(made[0]!)
  }
  for (const { value } of outputs) count(value)
  const found = new Map<ValueId, Use>()
  for (const { kernel, inputs } of nodes) {
    if (kernel !== 'Multiply') continue
    const [a, b] = [inputs.a!, inputs.b!]
    for (const [{ value, shape, view }, mask] of [[a, b] as const, [b, a] as const]) {
      if (!products.has(value) || uses.get(value) !== 1 || sizeOf(shape) !== sizeOf(mask.shape)) continue
      if (!view || isPlain(view, shape)) found.set(value, mask)
    }
  }
  return found
}

/** The columns of a matrix as the panels in which they are computed. */
function panelsOf(n: number): { from: number; width: number }[] {
  const panels: { from: number; width: number }[] = []
  for (let from = 0; from < n; ) {
    const width = n - from >= PANEL ? PANEL : Math.min(n - from, 4)
    panels.push({ from, width })
    from += width
  }
  return panels
}

interface Table {
  readonly kind: 'depth' | 'rows'
  readonly data: readonly number[]
}

/** For each panel of a right side, the first row that is not all zeros, and how many there are up to the last. */
function depths(b: Use, zeros: Zeros): Table | undefined {
  const [k, n] = [b.shape.at(-2)!, b.shape.at(-1)!]
  const { offset, strides } = viewOf(b)
  if (strides.slice(0, -2).some((stride, i) => stride !== 0 && b.shape[i] !== 1)) return undefined
  const zero = zeros({ value: b.value, shape: [k, n], view: { offset, strides: strides.slice(-2) } })
  if (!zero) return undefined
  const data: number[] = []
  let left = 0
  for (const { from, width } of panelsOf(n)) {
    const rows = [...Array(k).keys()].filter((row) => !all(width, (j) => zero(row * n + from + j)))
    const count = rows.length === 0 ? 0 : rows.at(-1)! - rows[0]! + 1
    data.push(rows[0] ?? 0, count)
    left += count * width
  }
  return left < (1 - WORTH) * k * n ? { kind: 'depth', data } : undefined
}

/** For each block of rows and panel of columns, the first tile that is not wholly masked, and how many there are up to the last. */
function tiles(mask: Use, zeros: Zeros): Table | undefined {
  const [m, n] = [mask.shape.at(-2)!, mask.shape.at(-1)!]
  const zero = mask.shape.length === 2 ? zeros(mask) : undefined
  if (!zero) return undefined
  const data: number[] = []
  let left = 0
  for (let block = 0; block < m; block += BLOCK)
    for (const { from, width } of panelsOf(n)) {
      const height = Math.min(BLOCK, m - block)
      const open = [...Array(Math.floor(height / TILE)).keys()].filter(
        (tile) => !all(TILE, (i) => all(width, (j) => zero((block + tile * TILE + i) * n + from + j))),
      )
      const count = open.length === 0 ? 0 : open.at(-1)! - open[0]! + 1
      data.push(open[0] ?? 0, count)
      left += (count * TILE + (height % TILE)) * width
    }
  return left < (1 - WORTH) * m * n ? { kind: 'rows', data } : undefined
}

const all = (count: number, test: (i: number) => boolean): boolean => {
  for (let i = 0; i < count; i++) if (!test(i)) return false
  return true
}
