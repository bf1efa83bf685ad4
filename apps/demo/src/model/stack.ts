import { construct, type Expression } from './expression.js'
import { layerKindOf } from './layers.js'
import { readValue, type Value, type Values, withStandards, writeValue } from './options.js'

/** A layer that has been stacked, with its options. */
export interface Stacked {
  readonly layer: string
  readonly values: Values
}

/** Most layers of a stack. */
export const HIGHEST = 32

/** A layer with the standard values of its options. */
export const stacked = (layer: string, values: Values = {}): Stacked => ({
  layer,
  values: withStandards(layerKindOf(layer)?.options ?? [], values),
})

/** What a stack begins with. */
export const FIRST_STACK: readonly Stacked[] = [
  stacked('coupling'),
  stacked('permutation'),
  stacked('coupling'),
  stacked('linear'),
  stacked('coupling'),
]

/** A stack, from noise to data, as a flow with a standard normal base. */
export const stackExpression = (stack: readonly Stacked[], dimensions: number): Expression =>
  construct('Flow', {
    base: construct('Independent', construct('Normal', { loc: Array(dimensions).fill(0), scale: 1 })),
    bijector: construct(
      'Chain',
      stack.map(({ layer, values }) => layerKindOf(layer)!.expression(dimensions, values)),
    ),
  })

/** What keeps a stack from being a flow of so many columns, in words; undefined when nothing does. */
export function wrongWith(stack: readonly Stacked[], dimensions: number): string | undefined {
  if (stack.length === 0) return 'a flow needs at least one layer'
  for (const { layer } of stack) {
    const kind = layerKindOf(layer)
    if (!kind) return `there is no layer “${layer}”`
    if (dimensions < (kind.least ?? 1))
      return `${kind.title} needs at least ${kind.least} columns, and the data have ${dimensions}`
  }
  return undefined
}

/** A stack as the address holds it: `coupling.family-affine.hidden-64-64~permutation`. */
export const writeStack = (stack: readonly Stacked[]): string =>
  stack
    .map(({ layer, values }) => {
      const own = (layerKindOf(layer)?.options ?? []).flatMap(({ key, standard }) => {
        const value = writeValue(values[key] ?? standard)
        return value === writeValue(standard) ? [] : [`.${key}-${value}`]
      })
      return `${layer}${own.join('')}`
    })
    .join('~')

/** The stack that an address holds; undefined for one that cannot be read. */
export function readStack(text: string): readonly Stacked[] | undefined {
  const stack = text.split('~').map((part): Stacked | undefined => {
    const [layer = '', ...settings] = part.split('.')
    const kind = layerKindOf(layer)
    if (!kind) return undefined
    const values: Record<string, Value> = {}
    for (const setting of settings) {
      const cut = setting.indexOf('-')
      const option = kind.options.find(({ key }) => key === setting.slice(0, cut))
      const value = option && readValue(option, setting.slice(cut + 1))
      if (!option || value === undefined) return undefined
      values[option.key] = value
    }
    return stacked(layer, values)
  })
  if (stack.length > HIGHEST || stack.some((each) => each === undefined)) return undefined
  return stack as readonly Stacked[]
}
