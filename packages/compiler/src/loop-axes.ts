import { SPECIAL } from './emit/special/index.js'
import type { LoopStep } from './emit/steps.js'
import type { Axes } from './views.js'

/** Kernels that take so long that lanes should not be idle. */
const LONG = new Set([
  ...['Exp', 'Expm1', 'Log', 'Log1p', 'Tanh', 'Sigmoid', 'Softplus', 'Elu', 'Selu', 'Sin', 'Cos', 'Erf'],
  ...SPECIAL,
])
/** Shortest axis that is worth going along with four lanes that lie apart. */
const LEAST = 8

/**
 * Axes with a long one last where the last would leave lanes idle: four lanes go along the last axis. A reduction goes across rows then
 * that are not reduced.
 */
export function withLongAxis<T extends Axes & { axis: number[] }>(
  axes: T,
  steps: readonly LoopStep[],
  reduced: readonly boolean[] | undefined,
): Axes & { axis: number[] } {
  const { sizes } = axes
  const last = sizes.length - 1
  if (last < 1) return axes
  const most = reduced || steps.some(({ kernel }) => LONG.has(kernel)) ? 3 : 2
  if (sizes[last]! > most || (reduced && !reduced[axes.axis[last]!])) return axes
  let long = -1
  for (let i = 0; i < last; i++)
    if (!reduced?.[axes.axis[i]!] && sizes[i]! >= LEAST && (long < 0 || sizes[i]! >= sizes[long]!)) long = i
  if (long < 0) return axes
  const moved = <V>(list: readonly V[]): V[] => [...list.slice(0, long), ...list.slice(long + 1), list[long]!]
  return { sizes: moved(sizes), strides: axes.strides.map(moved), axis: moved(axes.axis) }
}
