import { call, type Expression } from './expression.js'
import type { Option, Values } from './options.js'

/** The option of a layer that takes any elementwise family. */
export const familyOption: Option = {
  key: 'family',
  label: 'Family',
  kind: 'choice',
  choices: [
    { value: 'spline', label: 'rational-quadratic spline' },
    { value: 'affine', label: 'affine map' },
    { value: 'shift', label: 'shift' },
  ],
  standard: 'spline',
}

export const binsOption: Option = {
  key: 'bins',
  label: 'Bins of splines',
  kind: 'whole',
  least: 2,
  most: 32,
  standard: 8,
}

/** The family that the options name, and how many raw parameters it takes a value. */
export function familyOf({ family, bins }: Values): { expression: Expression; size: number } {
  if (family === 'affine') return { expression: call('affine', { bound: 3 }), size: 2 }
  if (family === 'shift') return { expression: call('shift'), size: 1 }
  const count = Number(bins ?? 8)
  const spline = call('rationalQuadratic', { bins: count, bound: 5 })
  // two sets of bins, slopes between them, and an affine map that places the interval
  return { expression: call('composed', spline, call('affine', { bound: 3 })), size: 2 * count + count - 1 + 2 }
}
