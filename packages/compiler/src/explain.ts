import type { Description } from './build.js'
import type { Operation } from './passes/fuse.js'

const nameOf = (operation: Operation): string => {
  if (operation.kind === 'loop')
    return operation.kernels.length > 3 ? `loop of ${operation.kernels.length} kernels` : operation.kernels.join(' + ')
  return operation.node.kernel === 'Host' ? `${operation.node.attrs.kernel} (on the engine)` : operation.node.kernel
}

const size = (bytes: number): string =>
  bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** What became of a recording, as a table for people. */
export function explain({ passes, operations, plan, codeBytes }: Description): string {
  const counts = new Map<string, number>()
  for (const operation of operations) counts.set(nameOf(operation), (counts.get(nameOf(operation)) ?? 0) + 1)
  const rows = [...counts].sort((a, b) => b[1] - a[1])
  const wide = Math.max(...passes.map(({ name }) => name.length), ...rows.map(([name]) => name.length))
  const line = (name: string, count: number): string => `${name.padEnd(wide)}  ${String(count).padStart(5)}`
  return [
    'nodes after each pass',
    ...passes.map(({ name, nodes }) => line(name, nodes)),
    '',
    'what runs',
    ...rows.map(([name, count]) => line(name, count)),
    '',
    `memory ${size(plan.bytes)}, ${size(plan.unshared)} without reuse; code ${size(codeBytes)}`,
  ].join('\n')
}
