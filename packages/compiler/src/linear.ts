import { broadcastShapes, EbbflowError, showShape } from '@ebbflow/core'
import { LINEAR, type LinearKernel, type LinearSpec, linearFunction } from './emit/linalg/linear.js'
import { type MaskedSpec, maskedFunction, maskedScratch } from './emit/linalg/masked.js'
import { type PowerSpec, powerFunction, powerScratch } from './emit/linalg/power.js'
import { scratchOf } from './emit/linalg/scratch.js'
import type { Triangle } from './emit/linalg/triangle.js'
import type { WasmModule } from './emit/module.js'
import { type Graph, type Node, stridesOf, viewOf } from './graph.js'
import type { Operation } from './passes/fuse.js'
import { broadcastView, collapse } from './views.js'

/** Why a kernel refuses a matrix, and who says so. */
const REFUSALS: Readonly<Record<string, readonly [what: string, reason: string]>> = {
  Inverse: ['inverse', 'singular matrix'],
  Solve: ['solve', 'singular matrix'],
  TriangularSolve: ['triangularSolve', 'zero on the diagonal'],
  Cholesky: ['cholesky', 'not positive definite'],
}

/** The kernels that undo a masked convolution, and iterate to the largest singular value: they read their inputs in row-major order. */
export const MASKED = 'MaskedSolve'
export const POWER = 'PowerIteration'
const KERNELS = new Set<string>([...LINEAR, MASKED, POWER])
export const isLinear = ({ kernel }: Node): boolean => KERNELS.has(kernel)

/** Whether a kernel may refuse a matrix. */
export const mayRefuse = ({ kernel, attrs }: Node): boolean => Object.hasOwn(REFUSALS, kernel) && !attrs.unitDiagonal

/** The shape of the batch of a kernel's matrices, right-hand sides included. */
const batchOf = ({ inputs: { 0: a, 1: b } }: Node): number[] =>
  broadcastShapes(a!.shape.slice(0, -2), b?.shape.slice(0, -2) ?? [])

/** What is emitted for a kernel of linear algebra. */
function linearSpec(graph: Graph, node: Node): LinearSpec {
  const { inputs, attrs, outputs } = node
  const [a, b] = [inputs[0]!, inputs[1]]
  const n = a.shape.at(-1)!
  const columns = b ? b.shape.at(-1)! : n
  const batch = batchOf(node)
  const views = [a, ...(b ? [b] : [])].map((use) => {
    const { strides } = viewOf(use)
    const own = { offset: 0, strides: strides.slice(0, -2) }
    const matrix = { row: strides.at(-2)!, column: strides.at(-1)! }
    return { matrix, batch: broadcastView(own, use.shape.slice(0, -2), batch).strides }
  })
  const made = outputs.map((output) => stridesOf(graph.values[output]!.shape).slice(0, batch.length))
  const axes = collapse(batch, [...views.map(({ batch: strides }) => strides), ...made])
  const { lower = true, transpose = false, unitDiagonal = false } = attrs as Partial<Triangle>
  return {
    kernel: node.kernel as LinearKernel,
    n,
    columns,
    a: views[0]!.matrix,
    ...(b && { b: views[1]!.matrix }),
    x: attrs.turned ? { row: 1, column: n } : { row: columns, column: 1 },
    triangle: { lower, transpose, unitDiagonal },
    outer: axes.sizes.map((size, i) => ({ size, strides: axes.strides.map((strides) => strides[i]!) })),
  }
}

function maskedSpec({ inputs: { 0: kernel, 1: y }, attrs }: Node): MaskedSpec {
  const [images, h, w, c] = y!.shape as [number, number, number, number]
  return { images, h, w, c, size: kernel!.shape[0]!, sees: attrs.sees as MaskedSpec['sees'] }
}

function powerSpec({ inputs: { 0: w }, attrs }: Node): PowerSpec {
  const [rows, columns] = w!.shape as [number, number]
  const { maxSteps, tolerance } = attrs as { maxSteps: number; tolerance: number }
  return { rows, columns, maxSteps, tolerance }
}

/**
 * The function of a kernel of linear algebra; its parameters are the addresses of inputs and outputs, of scratch memory and of the words that tell
 * of failures, and the kernel's number for these.
 */
export function linearCode(module: WasmModule, graph: Graph, node: Node): number {
  if (node.kernel === MASKED) return maskedFunction(module, maskedSpec(node))
  if (node.kernel === POWER) return powerFunction(module, powerSpec(node))
  return linearFunction(module, linearSpec(graph, node))
}

/** Bytes of scratch memory that an operation works in. */
export function scratchBytes(operation: Operation): number {
  if (operation.kind !== 'node' || !isLinear(operation.node)) return 0
  if (operation.node.kernel === MASKED) return maskedScratch(maskedSpec(operation.node))
  if (operation.node.kernel === POWER) return powerScratch(powerSpec(operation.node))
  const { 0: a, 1: b } = operation.node.inputs
  const n = a!.shape.at(-1)!
  return 16 * Math.ceil(scratchOf(n, b ? b.shape.at(-1)! : n).bytes / 16)
}

/**
 * The error for the `index`-th matrix of a batch, as core's own kernels throw it. Of a block of rows, `first` are before it; those lie along the
 * first axis that there is more than one of.
 */
export function refusal(
  node: Node,
  index: number,
  pivot: number,
  { first, block }: { first: number; block: number } = { first: 0, block: 1 },
): EbbflowError {
  const [what, reason] = REFUSALS[node.kernel]!
  const own = node.inputs[0]!.shape.slice(0, -2)
  const batch = batchOf(node)
  const strides = stridesOf(batch)
  const extra = batch.length - own.length
  const along = batch.findIndex((size) => size !== 1)
  const place = own.map((size, i) => {
    const axis = i + extra
    if (size === 1) return 0
    return (Math.floor(index / strides[axis]!) % batch[axis]!) + (axis === along ? (first * size) / block : 0)
  })
  const where = own.length === 0 ? '' : ` in matrix ${showShape(place)} of the batch`
  return new EbbflowError('singular', `${what}: ${reason}${where}, at pivot ${pivot}`)
}
