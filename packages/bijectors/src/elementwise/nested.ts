import type { NestedNumbers, Shape } from '@ebbflow/core'

/** The numbers in reading order. */
export const flat = (values: NestedNumbers): number[] => (typeof values === 'number' ? [values] : values.flatMap(flat))

/** The same nesting of f of each number. */
export const map = (values: NestedNumbers, f: (value: number) => number): NestedNumbers =>
  typeof values === 'number' ? f(values) : values.map((value) => map(value, f))

/** The shape of nested numbers, by the first of each level. */
export function shapeOf(values: NestedNumbers): number[] {
  return typeof values === 'number' ? [] : [values.length, ...(values.length > 0 ? shapeOf(values[0]!) : [])]
}

/** The shape of more dimensions. */
export const longer = (a: Shape, b: Shape): Shape => (a.length >= b.length ? a : b)
