import { type Shape, sizeOf } from '@ebbflow/core'
import type { DepthAxis, MatmulSpec } from './emit/matmul-spec.js'
import { stridesOf, type Use, type View, viewOf } from './graph.js'
import { collapse } from './views.js'

/** Longest sum whose two sides stay in the nearest caches while a panel of columns is computed. */
const LONGEST = 512

interface Layout extends Pick<MatmulSpec, 'm' | 'n' | 'row' | 'depth' | 'split' | 'outer'> {
  readonly epilogue: readonly { readonly row: number; readonly column: number }[]
}

/**
 * How a product goes through memory: a `[...batch, m, ...k]`, b `[...batch, ...k, n]` with `depth` axes of k, c and the leaves
 * `[...batch, m, n]`. Axes that go on evenly are one; a long sum is taken in parts, if it may be.
 */
export function productLayout(
  a: Use,
  b: Use,
  shape: Shape,
  depth: number,
  leaves: readonly { readonly view: View }[],
  maySplit: boolean,
): Layout {
  const [left, right] = [viewOf(a).strides, viewOf(b).strides]
  const n = shape.at(-1)!
  const rows = shape.slice(0, -1)
  const batch = rows.length - 1
  const views = [
    left.slice(0, rows.length),
    [...right.slice(0, batch), 0],
    stridesOf(shape).slice(0, -1),
    ...leaves.map(({ view }) => view.strides.slice(0, -1)),
  ]
  const axes = collapse(rows, views)
  const last = axes.sizes.length - 1
  // rows stand in the last axis where there are several, and all share the right side then
  const several = last >= 0 && axes.axis[last] === batch
  const stride = (view: number, axis: number): number => axes.strides[view]![axis]!
  const outer = axes.sizes.slice(0, several ? last : last + 1).map((size, i) => ({
    size,
    a: stride(0, i),
    b: stride(1, i),
    c: stride(2, i),
    leaves: leaves.map((_, l) => stride(3 + l, i)),
  }))
  return {
    m: several ? axes.sizes[last]! : 1,
    n,
    row: several ? stride(0, last) : 0,
    outer,
    ...parts(a.shape.slice(rows.length), left.slice(rows.length), right.slice(batch, batch + depth), maySplit),
    epilogue: leaves.map(({ view }, l) => ({ row: several ? stride(3 + l, last) : 0, column: view.strides.at(-1)! })),
  }
}

/** The axes of a sum, and how many of them are gone through part by part. */
function parts(
  shape: Shape,
  left: readonly number[],
  right: readonly number[],
  maySplit: boolean,
): Pick<Layout, 'depth' | 'split'> {
  const { sizes, strides } = collapse(shape, [left, right])
  const depth: DepthAxis[] = sizes.map((size, i) => ({ size, a: strides[0]![i]!, b: strides[1]![i]! }))
  if (!maySplit) return { depth, split: 0 }
  let split = 0
  while (split < depth.length - 1 && sizeOf(sizes.slice(split)) > LONGEST) split += 1
  const last = depth.at(-1)
  const part = last && last.size > LONGEST ? partOf(last.size) : undefined
  if (!last || !part || split < depth.length - 1) return { depth, split }
  const { size, a, b } = last
  return {
    depth: [...depth.slice(0, -1), { size: size / part, a: a * part, b: b * part }, { size: part, a, b }],
    split: split + 1,
  }
}

/** The largest part of a sum's length that is not too long and leaves no rest; undefined where all are short. */
function partOf(size: number): number | undefined {
  for (let part = LONGEST; part >= LONGEST / 8; part--) if (size % part === 0) return part
  return undefined
}
