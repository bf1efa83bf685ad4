import type { Shape } from '@ebbflow/core'
import { elementwise } from './arithmetic.js'
import { outermost } from './axis.js'
import { isAt, MIXED, type RowRule, repeats, shapeOf } from './verdict.js'

/** Kernels that work element by element all the same, on the engine; those of core without what is before them, and without their orders. */
const ON_HOST = new Set([
  ...['FloorDiv', 'Mod', 'Pow', 'BitwiseAnd', 'NormalHazardSlope', 'VonMisesMoment', 'VonMisesQuantile'],
  ...['BesselIe', 'BesselRatio', 'LogBesselI', 'Polygamma'],
  ...[
    'BetaDensity',
    'Betainc',
    'BetaincSlopeA',
    'BetaincSlopeB',
    'GammaDensity',
    'Gammainc',
    'Gammaincc',
    'GammaincSlope',
  ],
])
const isOnHost = (kernel: string): boolean => ON_HOST.has(kernel.replace('Ebbflow', '').replace(/\d/g, ''))

type Attributes = Readonly<Record<string, unknown>>
interface SweepPlan {
  readonly context: number
  readonly widths: readonly unknown[]
}
const planOf = (attrs: Attributes): SweepPlan => attrs.plan as SweepPlan
const first = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`)

/** Kernels of our own that work row by row, and which of their inputs have rows. */
const BY_ROWS: Readonly<Record<string, (attrs: Attributes) => readonly string[]>> = {
  EbbflowAutoregressiveInverse: (attrs) => first(planOf(attrs).context > 0 ? 2 : 1),
  EbbflowAutoregressiveTransposed: (attrs) => first(4 + planOf(attrs).widths.length - 1),
}

/** All inputs with rows have them in front, and so have the outputs. */
export const byRows =
  (names: readonly string[]): RowRule =>
  (node, rows) => {
    const plain = (shape: Shape): boolean => isAt(outermost(shape, rows.rows), { axis: 0, each: 1 })
    const fits = Object.entries(node.inputs).every(([name, use]) => {
      const kind = rows.kindOf(use)
      if (!names.includes(name)) return kind === 'fixed'
      return (kind === 'rows' || repeats(use, 0, rows)) && !use.view && plain(use.shape)
    })
    if (!fits || !node.outputs.every((output) => plain(shapeOf(rows, output)))) return MIXED
    return { kind: 'rows', axes: Object.fromEntries(names.map((name) => [name, 0])) }
  }

/** The rule for a kernel that the host runs. */
export function onHost(kernel: string, attrs: Attributes): RowRule | undefined {
  const names = BY_ROWS[kernel]?.(attrs)
  return names ? byRows(names) : isOnHost(kernel) ? elementwise : undefined
}
