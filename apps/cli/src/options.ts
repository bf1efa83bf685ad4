import { EbbflowError } from '@ebbflow/core'
import { type ColumnChoice, parseChoice } from '@ebbflow/training'
import { InvalidArgumentError } from 'commander'

const number = (text: string, fits: (n: number) => boolean, what: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!fits(value)) throw new InvalidArgumentError(`It takes ${what}.`)
  return value
}

/** A positive whole number. */
export const count = (text: string): number =>
  number(text, (n) => Number.isSafeInteger(n) && n > 0, 'a positive whole number')

/** A positive number. */
export const positive = (text: string): number => number(text, (n) => n > 0 && Number.isFinite(n), 'a positive number')

/** A number that is not negative. */
export const notNegative = (text: string): number =>
  number(text, (n) => n >= 0 && Number.isFinite(n), 'a number, at least 0')

/** A seed: a number where the text is one, else the text. */
export const seed = (text: string): number | string =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text

/** Column names joined by commas. */
export function names(text: string): string[] {
  const list = text.split(',').map((name) => name.trim())
  if (list.includes('')) throw new InvalidArgumentError('It takes names joined by commas.')
  const twice = list.find((name, i) => list.indexOf(name) !== i)
  if (twice !== undefined) throw new InvalidArgumentError(`'${twice}' is named twice.`)
  return list
}

/** Widths joined by commas. */
export const widths = (text: string): number[] => text.split(',').map(count)

/** A column's treatment, `name=what`, added to those before it. */
export function treatment(text: string, before: ReadonlyMap<string, ColumnChoice>): Map<string, ColumnChoice> {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new InvalidArgumentError('It takes a name and what it is, as in time=lattice:1/60.')
  try {
    return new Map([...before, [text.slice(0, at).trim(), parseChoice(text.slice(at + 1).trim())]])
  } catch (error) {
    if (error instanceof EbbflowError) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
}
