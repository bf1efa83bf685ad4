/** Writes the pictures of the README to docs/images/vis; with a folder as its argument, PNG files there too. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { useBackend } from '@ebbflow/core'
import { toSvg } from '@ebbflow/vis/svg'
import { moonsFigures, penguinFigures, triangleFigure } from './figures.js'
import { fitMoons, fitPenguins } from './models.js'
import { pngOf } from './png.js'

await useBackend('wasm')
const figures = {
  ...moonsFigures(await fitMoons()),
  ...triangleFigure(),
  ...penguinFigures(await fitPenguins()),
}
const folder = resolve(import.meta.dirname, '../../../docs/images/vis')
const pngs = process.argv[2]
mkdirSync(folder, { recursive: true })
if (pngs) mkdirSync(pngs, { recursive: true })
for (const [name, figure] of Object.entries(figures))
  for (const theme of ['light', 'dark'] as const) {
    const svg = toSvg(figure(theme))
    writeFileSync(join(folder, `${name}-${theme}.svg`), svg)
    if (pngs) writeFileSync(join(pngs, `${name}-${theme}.png`), pngOf(svg, 1.5))
  }
