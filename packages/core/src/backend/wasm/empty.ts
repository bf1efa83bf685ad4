import { sizeOf } from '../../shape.js'
import type { Kernel, Mend } from '../mend.js'
import { type BackendWasm, views } from './heap.js'

/** What a reduction gives for no elements. */
const NOTHING: Readonly<Record<string, number>> = {
  All: 1,
  Any: 0,
  Max: Number.NEGATIVE_INFINITY,
  Mean: Number.NaN,
  Min: Number.POSITIVE_INFINITY,
  Prod: 1,
  Sum: 0,
}

/** Transposing nothing divides by its size. */
const transpose: Mend<BackendWasm> = {
  kernel: 'Transpose',
  mend: (original) => (call) => {
    const x = call.inputs.x!
    if (sizeOf(x.shape) > 0) return original(call)
    return call.backend.makeOutput(
      (call.attrs.perm as number[]).map((d) => x.shape[d]!),
      x.dtype,
    )
  },
}

/** Reductions leave their result uninitialised when there is nothing to reduce. */
const reductions: readonly Mend<BackendWasm>[] = Object.entries(NOTHING).map(([kernel, value]) => ({
  kernel,
  mend: (original: Kernel<BackendWasm>) => (call) => {
    const x = call.inputs.x!
    if (sizeOf(x.shape) > 0) return original(call)
    const given = (call.attrs.axis ?? call.attrs.reductionIndices) as number | number[] | undefined
    const rank = x.shape.length
    const axes =
      given === undefined || given === null ? x.shape.map((_, d) => d) : [given].flat().map((d) => (d + rank) % rank)
    const shape = x.shape.flatMap((size, d) => (axes.includes(d) ? (call.attrs.keepDims ? [1] : []) : [size]))
    const out = call.backend.makeOutput(shape, kernel === 'Mean' ? 'float32' : x.dtype)
    views(call.backend, out)[0]!.fill(value)
    return out
  },
}))

export const emptyMends: readonly Mend<BackendWasm>[] = [transpose, ...reductions]
