import { type Shape, sameShape, sizeOf } from '@ebbflow/core'
import type { View } from './graph.js'

/** Whether a view reads all `shape` in row-major order from its first element. */
export function isPlain(view: View, shape: Shape): boolean {
  if (view.offset !== 0) return false
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && view.strides[i] !== step) return false
    step *= shape[i]!
  }
  return true
}

/** The view under a broadcast shape: strides of 0 along the new axes. */
export function broadcastView(view: View, shape: Shape, to: Shape): View {
  const extra = to.length - shape.length
  return {
    offset: view.offset,
    strides: to.map((_, i) => (i < extra || shape[i - extra] === 1 ? 0 : view.strides[i - extra]!)),
  }
}

/** The view under another shape of the same size, or undefined where no strides can say it. */
export function reshapeView(view: View, from: Shape, to: Shape): View | undefined {
  if (sameShape(from, to)) return view
  if (sizeOf(to) === 0) return { offset: view.offset, strides: to.map(() => 0) }
  const old = from.flatMap((size, i) => (size === 1 ? [] : [{ size, stride: view.strides[i]! }]))
  const strides: number[] = to.map(() => 0)
  const targets = to.flatMap((size, i) => (size === 1 ? [] : [i]))
  let a = 0
  let b = 0
  while (a < old.length && b < targets.length) {
    // the smallest runs of axes, old and new, of the same size
    let oldEnd = a + 1
    let newEnd = b + 1
    let oldSize = old[a]!.size
    let newSize = to[targets[b]!]!
    while (oldSize !== newSize) {
      if (oldSize < newSize) oldSize *= old[oldEnd++]!.size
      else newSize *= to[targets[newEnd++]!]!
    }
    for (let i = a; i < oldEnd - 1; i++) {
      const next = old[i + 1]!
      if (old[i]!.stride !== next.stride * next.size) return undefined
    }
    let stride = old[oldEnd - 1]!.stride
    for (let i = newEnd - 1; i >= b; i--) {
      strides[targets[i]!] = stride
      stride *= to[targets[i]!]!
    }
    a = oldEnd
    b = newEnd
  }
  return { offset: view.offset, strides }
}

/** Axes of a loop over several views at once. */
export interface Axes {
  sizes: number[]
  /** For each view, its stride along each axis. */
  strides: number[][]
}

/** Merges neighbouring axes along which all views go on evenly, and drops those of size 1; `mayMerge` keeps some apart. */
export function collapse(
  shape: Shape,
  views: readonly (readonly number[])[],
  mayMerge: (outer: number, inner: number) => boolean = () => true,
): Axes & { axis: number[] } {
  const sizes: number[] = []
  const axis: number[] = []
  const strides: number[][] = views.map(() => [])
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 1) continue
    const last = sizes.length - 1
    const merges =
      last >= 0 && mayMerge(axis[last]!, i) && views.every((view, v) => strides[v]![last] === view[i]! * shape[i]!)
    if (merges) {
      sizes[last]! *= shape[i]!
      for (let v = 0; v < views.length; v++) strides[v]![last] = views[v]![i]!
      axis[last] = i
    } else {
      sizes.push(shape[i]!)
      axis.push(i)
      for (let v = 0; v < views.length; v++) strides[v]!.push(views[v]![i]!)
    }
  }
  return { sizes, strides, axis }
}
