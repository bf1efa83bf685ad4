/** A whole number with its thousands set apart: 200,000. */
export const whole = (n: number): string => Math.round(n).toLocaleString('en-GB')

/** A figure in nats, to a thousandth. */
export const nats = (x: number): string => x.toFixed(3)

/** A duration: 45 s, 2 min 05 s. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  const rounded = Math.round(seconds)
  return `${Math.floor(rounded / 60)} min ${String(rounded % 60).padStart(2, '0')} s`
}

/** How steps run: eager, compiled, compiled on 4 threads. */
export const engineOf = ({ engine, threads }: { readonly engine: string; readonly threads?: number }): string =>
  threads === undefined ? engine : `${engine} on ${threads} threads`

/** Lines of cells set in columns; `right` names the columns that are set flush right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  return rows
    .map((row) =>
      row
        .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
