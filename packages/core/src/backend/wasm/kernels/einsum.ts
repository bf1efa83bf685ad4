import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { sizeOf } from '../../../shape.js'
import type { Mend } from '../../mend.js'
import { type BackendWasm, type Run, reshaped, scratch } from '../heap.js'

/** One operand and the label of each of its axes. */
interface Operand {
  readonly x: TensorInfo
  readonly labels: readonly number[]
}

/** Sums products over the axes that the output does not name; the backend lacks it. Two operands meet in one batched matrix product. */
export const einsum: Mend<BackendWasm> = {
  kernel: 'Einsum',
  mend:
    () =>
    ({ inputs, attrs, backend }) => {
      const tensors = Object.values(inputs)
      const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(
        attrs.equation as string,
        tensors.length,
      )
      backend_util.checkEinsumDimSizes(
        allDims.length,
        idDims,
        tensors as Parameters<typeof backend_util.checkEinsumDimSizes>[2],
      )
      const output = allDims.map((_, label) => label).filter((label) => !summedDims.includes(label))
      return scratch(backend, (run) => {
        const [a, b] = tensors.map((x, t): Operand => {
          const others = idDims.flatMap((labels, other) => (other === t ? [] : labels))
          return summed(run, { x, labels: idDims[t]! }, [...output, ...others])
        })
        const result = arranged(run, b ? contracted(run, a!, b, output) : a!, output).x
        // an output that is an input or a step of the way is handed over as a tensor of its own
        return reshaped(backend, result, result.shape)
      })
    },
}

/** Sums over the axes whose labels nothing else has. */
function summed(run: Run, { x, labels }: Operand, kept: readonly number[]): Operand {
  const axis = labels.flatMap((label, d) => (kept.includes(label) ? [] : [d]))
  if (axis.length === 0) return { x, labels }
  return { x: run('Sum', { x }, { axis, keepDims: false }), labels: labels.filter((label) => kept.includes(label)) }
}

/** Puts the axes in the order of `labels`. */
function arranged(run: Run, operand: Operand, labels: readonly number[]): Operand {
  const perm = labels.map((label) => operand.labels.indexOf(label))
  if (perm.every((from, to) => from === to)) return { x: operand.x, labels }
  return { x: run('Transpose', { x: operand.x }, { perm }), labels }
}

/** Σ over the labels that both have and the output has not, as a batched matrix product. */
function contracted(run: Run, a: Operand, b: Operand, output: readonly number[]): Operand {
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => output.includes(label))
  const inner = shared.filter((label) => !output.includes(label))
  const rows = a.labels.filter((label) => !shared.includes(label))
  const columns = b.labels.filter((label) => !shared.includes(label))
  const size = (labels: readonly number[], { x, labels: own }: Operand): number[] =>
    labels.map((l) => x.shape[own.indexOf(l)]!)
  const outer = size(batch, a)
  const [m, k, n] = [size(rows, a), size(inner, a), size(columns, b)]
  const matrix = (operand: Operand, labels: readonly number[], shape: readonly number[]): TensorInfo =>
    run('Reshape', { x: arranged(run, operand, labels).x }, { shape: [sizeOf(outer), ...shape] })
  const left = matrix(a, [...batch, ...rows, ...inner], [sizeOf(m), sizeOf(k)])
  const right = matrix(b, [...batch, ...inner, ...columns], [sizeOf(k), sizeOf(n)])
  const product = run('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false })
  return {
    x: run('Reshape', { x: product }, { shape: [...outer, ...m, ...n] }),
    labels: [...batch, ...rows, ...columns],
  }
}
