import { dark } from '../app/theme.js'
import { download } from '../take/download.js'
import { density, samples } from './pictures.js'
import { source, worker } from './store.js'

const SIZE = 200
/** Rows that are drawn over a density, columns of a corner plot, and images. */
const DOTS = 1000
const COLUMNS = 6
const IMAGES = 64
/** Pixels of a PNG a CSS pixel. */
const RATIO = 2

/** The figure that suits the data, as the vis package draws it. */
async function scene() {
  const vis = await import('@ebbflow/vis')
  const figures = await import('@ebbflow/vis/figures')
  const data = source.value
  const rows = samples.value
  if (!data || !rows) throw new Error('there is nothing to draw yet')
  const options = { title: data.title, theme: dark.value ? ('dark' as const) : ('light' as const) }
  if (data.side) {
    const pixels = rows.slice(0, IMAGES * data.side ** 2).map((level) => 255 * level)
    return figures.imagesFigure(pixels, { ...options, shape: [data.side, data.side] })
  }
  if (density.value) {
    const { window } = density.value
    const logProb = await worker().ask('density', { ...window, size: SIZE })
    const [x = 'x', y = 'y'] = data.names
    const grid = vis.densityGridOf(logProb, { ...window, size: SIZE })
    return figures.densityFigure(grid, { ...options, points: rows.subarray(0, 2 * DOTS), x, y })
  }
  const every = Math.max(1, Math.floor(data.columns[0]!.length / 20_000))
  const columns = data.names.slice(0, COLUMNS).map((name, c) => ({
    name,
    sets: [
      data.columns[c]!.filter((_, i) => i % every === 0),
      Float64Array.from({ length: rows.length / data.names.length }, (_, r) => rows[r * data.names.length + c]!),
    ],
  }))
  return figures.cornerFigure(vis.corner(columns), options)
}

/** Saves the picture of the flow as a file. */
export async function savePicture(kind: 'png' | 'svg', name: string): Promise<void> {
  const drawn = await scene()
  if (kind === 'svg') {
    const { toSvg } = await import('@ebbflow/vis/svg')
    download(`${name}.svg`, toSvg(drawn), 'image/svg+xml')
    return
  }
  const { drawScene } = await import('@ebbflow/vis/canvas')
  const canvas = new OffscreenCanvas(Math.ceil(drawn.width * RATIO), Math.ceil(drawn.height * RATIO))
  drawScene(canvas.getContext('2d')!, drawn, { pixelRatio: RATIO })
  download(`${name}.png`, await canvas.convertToBlob({ type: 'image/png' }), 'image/png')
}
