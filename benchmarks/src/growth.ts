import type { Report } from './compare.js'
import type { Options } from './options.js'
import { Contender } from './processes/contender.js'
import { COMPILED, EAGER } from './processes/contenders.js'
import type { Timing } from './protocol.js'
import { describeMachine, loadNow, machineText } from './report/machine.js'
import { digits } from './report/result.js'
import type { Work } from './works.js'

/** One thing that grows, and the works that show it. */
interface Axis {
  readonly name: 'rows' | 'dimensions' | 'layers'
  readonly values: readonly number[]
}

export const AXES: readonly Axis[] = [
  { name: 'rows', values: [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576] },
  { name: 'dimensions', values: [2, 8, 32, 128, 512, 1024] },
  { name: 'layers', values: [1, 4, 16, 64, 128] },
]

/** RealNVP with everything but the axis as in RealNVP-2 at 256 rows. */
export function workAt(axis: Axis['name'], value: number, kind: 'logProb' | 'step'): Work {
  const setting = { rows: 256, dimensions: 2, layers: 8, [axis]: value }
  const { rows, dimensions, layers } = setting
  return {
    name: `${axis}-${value}-${kind}`,
    what: `${kind === 'step' ? 'training step' : 'densities'}, ${value.toLocaleString('en')} ${axis}`,
    model: 'realnvp',
    kind,
    rows,
    event: [dimensions],
    layers,
  }
}

/** How time and planned memory grow, each point in a fresh process. */
export async function growth(
  { seconds }: Pick<Options, 'seconds'>,
  tell: (line: string) => void,
  axes: readonly Axis[] = AXES,
): Promise<Report> {
  const load = loadNow()
  const contenders = [...COMPILED, EAGER].map((command) => new Contender(command))
  const points: { axis: Axis['name']; value: number; kind: 'logProb' | 'step'; timings: Record<string, Timing> }[] = []
  for (const { name: axis, values } of axes)
    for (const kind of ['logProb', 'step'] as const)
      for (const value of values) {
        const work = workAt(axis, value, kind)
        const timings: Record<string, Timing> = {}
        for (const contender of contenders.filter((one) => one.does(kind))) {
          timings[contender.name] = await contender.ask({ work, seconds })
          contender.close()
        }
        points.push({ axis, value, kind, timings })
        tell(work.what)
      }
  const machine = describeMachine(contenders, load)
  const tables = axes.flatMap(({ name }) =>
    (['logProb', 'step'] as const).map((kind) =>
      growthText(
        name,
        kind,
        points.filter((point) => point.axis === name && point.kind === kind),
      ),
    ),
  )
  return { text: [machineText(machine), ...tables].join('\n\n'), data: { machine, points } }
}

/** One table: a line a point, the contenders beside each other. */
export function growthText(
  axis: Axis['name'],
  kind: 'logProb' | 'step',
  points: readonly { readonly value: number; readonly timings: Readonly<Record<string, Timing>> }[],
): string {
  const rowsAt = (value: number): number => workAt(axis, value, kind).rows
  const contenders = Object.keys(points[0]?.timings ?? {})
  const failures: string[] = []
  const head = [axis, ...contenders.flatMap((name) => [`${name}, ms`, 'µs a row', 'planned MiB'])]
  const lines = points.map(({ value, timings }) => [
    value.toLocaleString('en'),
    ...contenders.flatMap((name) => {
      const { ms, bytes, error } = timings[name]!
      if (ms === undefined) {
        failures.push(`  ${name} at ${value.toLocaleString('en')} ${axis}: ${error}`)
        return ['none', '', '']
      }
      return [digits(ms), digits((1000 * ms) / rowsAt(value)), bytes === undefined ? '' : digits(bytes / 2 ** 20)]
    }),
  ])
  // nothing but the planned has a plan
  const filled = head.map((title, i) => !title.startsWith('planned') || lines.some((line) => line[i] !== ''))
  const table = [head, ...lines].map((line) => line.filter((_, i) => filled[i]))
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)))
  const title = `${kind === 'step' ? 'training step' : 'densities'} of RealNVP, by ${axis}`
  return [title, ...table.map((line) => line.map((cell, i) => cell.padStart(widths[i]!)).join('  ')), ...failures].join(
    '\n',
  )
}
