import { signal } from '@preact/signals'
import { isPackaged, packagedSource } from '../data/packaged.js'
import type { Source } from '../data/source.js'
import { isToy, toySource } from '../data/toys.js'
import { heart, type Weights, weightedSource } from '../data/weights.js'

/** What is drawn with the mouse. */
export const drawing = signal<Weights>(heart())

/** A picture, and the name of its file. */
export const picture = signal<{ readonly name: string; readonly weights: Weights } | undefined>(undefined)

/** Columns of a file. */
export const table = signal<
  { readonly name: string; readonly names: readonly string[]; readonly columns: readonly Float64Array[] } | undefined
>(undefined)

/** Whether the data of a name are here: a link to a file's names data that never left another page. */
export const isHere = (name: string): boolean =>
  name === 'picture' ? picture.value !== undefined : name === 'table' ? table.value !== undefined : true

/** The data of a name as the settings have it. */
export async function sourceOf(name: string, seed: number): Promise<Source> {
  if (isToy(name)) return toySource(name, seed)
  if (isPackaged(name)) return packagedSource(name, seed)
  if (name === 'picture' && picture.value)
    return weightedSource(picture.value.weights, picture.value.name, `Dark is likely: ${picture.value.name}.`, seed)
  if (name === 'table' && table.value) {
    const { name: title, names, columns } = table.value
    const about = `${columns[0]?.length.toLocaleString('en')} rows of ${names.join(', ')}.`
    return { title, about, names, columns, treatment: 'found' }
  }
  if (name === 'drawn')
    return weightedSource(drawing.value, 'Drawn by hand', 'The density that was drawn, sampled.', seed)
  return toySource('twoMoons', seed)
}
