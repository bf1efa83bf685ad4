/** For `JSON.stringify`: the numbers that JSON has no word for, so that equal text means equal numbers. */
export function exact(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : `${value}`
}

/** Whether two pieces of plain data are the same, to the bit of their numbers; properties of `but` are left out of it. */
export function same(a: unknown, b: unknown, but?: string): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!same(a[i], b[i])) return false
    return true
  }
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  for (const key in one) if (key !== but && !same(one[key], other[key])) return false
  for (const key in other) if (key !== but && other[key] !== undefined && !(key in one)) return false
  return true
}

/** Whether two lists hold the same numbers, to the bit. */
export function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
