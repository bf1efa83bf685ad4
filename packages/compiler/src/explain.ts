import { type Shape, showShape } from '@ebbflow/core'
import type { Description } from './build.js'
import type { Graph } from './graph.js'
import type { Operation } from './passes/fuse.js'
import { timesOf } from './timings.js'

/** Kernels of a loop that are named. */
const NAMED = 4

/** The kernels of an operation, and the shape that they go over. */
function nameOf(operation: Operation, { values }: Graph): string {
  const of = (kernels: string, shape: Shape | undefined): string => (shape ? `${kernels} ${showShape(shape)}` : kernels)
  if (operation.kind === 'loop') {
    const { kernels, shape } = operation
    const more = kernels.length - NAMED
    return of(kernels.slice(0, NAMED).join(' + ') + (more > 0 ? ` + ${more} more` : ''), shape)
  }
  const { kernel, attrs, outputs } = operation.node
  const shape = values[outputs[0]!]?.shape
  if (operation.kind === 'iterate' || operation.kind === 'sweep')
    return of(`${kernel} of ${operation.body.operations.length} loops and kernels`, shape)
  return of(kernel === 'Host' ? `${attrs.kernel} (on the engine)` : kernel, shape)
}

const size = (bytes: number): string =>
  bytes < 2 ** 20 ? `${(bytes / 2 ** 10).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`

/**
 * What became of a recording, as a table for people: nodes after each pass, what runs with the time that it takes, each kernel timed by
 * itself (its least of some runs), and memory.
 */
export function explain({ passes, stages, plan, codeBytes }: Description): string {
  const groups = new Map<string, { count: number; ms: number }>()
  // last ones first: those before them write where rows lie, and iterations would find no numbers to work on
  const timed = stages.toReversed().map((stage) => ({ stage, times: timesOf(stage) }))
  for (const { stage, times } of timed.reverse()) {
    for (const [i, operation] of stage.operations.entries()) {
      const name = nameOf(operation, stage.graph)
      const group = groups.get(name) ?? { count: 0, ms: 0 }
      groups.set(name, { count: group.count + 1, ms: group.ms + times[i]! })
    }
  }
  const rows = [...groups].sort(([, a], [, b]) => b.ms - a.ms)
  const total = rows.reduce((sum, [, { ms }]) => sum + ms, 0)
  const wide = Math.max(...passes.map(({ name }) => name.length), ...rows.map(([name]) => name.length), 'in all'.length)
  const line = (name: string, count: number, ms?: number): string =>
    `${name.padEnd(wide)}  ${String(count).padStart(5)}${ms === undefined ? '' : ms.toFixed(4).padStart(11)}`
  const runs = rows.reduce((sum, [, { count }]) => sum + count, 0)
  return [
    'nodes after each pass',
    ...passes.map(({ name, nodes }) => line(name, nodes)),
    '',
    `${'what runs'.padEnd(wide)}  ${'times'.padStart(5)}${'ms in all'.padStart(11)}`,
    ...rows.map(([name, { count, ms }]) => line(name, count, ms)),
    line('in all', runs, total),
    '',
    `memory ${size(plan.bytes)}, ${size(plan.unshared)} without reuse; code ${size(codeBytes)}`,
  ].join('\n')
}
