/** Rows as CSV, with names that hold separators or quotes in quotes. */
export function csvOf(names: readonly string[], rows: Float32Array): string {
  const quoted = (name: string): string => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)
  const lines = [names.map(quoted).join(',')]
  for (let at = 0; at < rows.length; at += names.length)
    lines.push([...rows.subarray(at, at + names.length)].map(shortest).join(','))
  return `${lines.join('\n')}\n`
}

/** As few digits as tell a single-precision number from its neighbours. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}
