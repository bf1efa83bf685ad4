import type { Contour } from '../../data/contours.js'
import type { Field } from '../../data/field.js'
import type { Paint } from '../../scene/scene.js'
import { type FieldMark, type Palette, type Panel, type PathMark, toPixels } from '../../scene/scene.js'

/** A field over the whole of a panel; `place` maps its values to 0 … 1. */
export function fieldMark(field: Field, panel: Panel, place: (value: number) => number, palette: Palette): FieldMark {
  const { columns, rows, values } = field
  const upperFirst = new Float32Array(values.length)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) upperFirst[(rows - 1 - r) * columns + c] = place(values[r * columns + c]!)
  const { width, height } = panel
  return { kind: 'field', x: 0, y: 0, width, height, columns, rows, values: upperFirst, palette }
}

/** A contour's rings in a panel. */
export const contourMark = (contour: Contour, panel: Panel, paint: Paint): PathMark => ({
  kind: 'path',
  lines: contour.rings.map((ring) => toPixels(panel, ring)),
  closed: true,
  ...paint,
})
