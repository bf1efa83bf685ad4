/** For `JSON.stringify`: the numbers that JSON has no word for, so that equal text means equal numbers. */
export function exact(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : `${value}`
}
