/** An option of a recipe or a layer, as the page shows it and the address holds it. */
export type Option = { readonly key: string; readonly label: string; readonly hint?: string } & (
  | { readonly kind: 'whole' | 'real'; readonly least: number; readonly most: number; readonly standard: number }
  | {
      readonly kind: 'choice'
      readonly choices: readonly { readonly value: string; readonly label: string }[]
      readonly standard: string
    }
  | { readonly kind: 'widths'; readonly standard: readonly number[] }
)

export type Value = number | string | readonly number[]
export type Values = Readonly<Record<string, Value>>

/** Widest hidden layer, and how many of them. */
export const WIDEST = 512
export const DEEPEST = 5

/** The options' values: what is given where it is allowed, else the standard. */
export const withStandards = (options: readonly Option[], given: Values): Values =>
  Object.fromEntries(
    options.map((option) => {
      const value = given[option.key]
      return [option.key, value !== undefined && allows(option, value) ? value : option.standard]
    }),
  )

/** Whether a value is one that the option takes. */
export function allows(option: Option, value: Value): boolean {
  if (option.kind === 'choice') return option.choices.some((choice) => choice.value === value)
  if (option.kind === 'widths')
    return (
      Array.isArray(value) &&
      value.length >= 1 &&
      value.length <= DEEPEST &&
      value.every((width) => Number.isInteger(width) && width >= 1 && width <= WIDEST)
    )
  return (
    typeof value === 'number' &&
    value >= option.least &&
    value <= option.most &&
    (option.kind === 'real' || Number.isInteger(value))
  )
}

/** A value as the address holds it. */
export const writeValue = (value: Value): string => (Array.isArray(value) ? value.join('-') : String(value))

/** The value of an option from the address; undefined for what it does not take. */
export function readValue(option: Option, text: string): Value | undefined {
  const value =
    option.kind === 'choice' ? text : option.kind === 'widths' ? text.split('-').map(Number) : Number(text || 'none')
  return allows(option, value) ? value : undefined
}
