import { calibration } from '../data/calibration.js'
import { corner } from '../data/corner.js'
import { densityGrid } from '../data/density.js'
import { marginals } from '../data/histogram.js'
import { type LayerMap, layerPath, logDetFields } from '../data/layers.js'
import { gridLines } from '../data/lines.js'
import type { Scene } from '../scene/scene.js'
import {
  calibrationFigure,
  cornerFigure,
  densityFigure,
  imagesFigure,
  jacobianFigure,
  logDetFigure,
  lossFigure,
  marginalsFigure,
  trajectoriesFigure,
  warpFigure,
} from './index.js'

/** Normals without a generator: quantiles of a low-discrepancy sequence, by the logistic law's likeness. */
const spread = (n: number, step: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => {
    const u = ((i + 0.5) * step) % 1
    return 0.5873 * Math.log((u + 1e-4) / (1.0001 - u))
  })

/** A shear that bends the second coordinate, and one that bends the first and stretches it. */
const bend: LayerMap = (rows, n) => ({
  values: rows.map((v, i) => (i % 2 === 0 ? v : v + Math.sin(2 * rows[i - 1]!))),
  logDet: new Float64Array(n),
})
const stretch: LayerMap = (rows, n) => ({
  values: rows.map((v, i) => (i % 2 === 1 ? v : v * Math.exp(0.6 * Math.sin(rows[i + 1]!)))),
  logDet: Float64Array.from({ length: n }, (_, i) => 0.6 * Math.sin(rows[2 * i + 1]!)),
})

const MATRIX = {
  rows: 4,
  columns: 4,
  values: Float64Array.from({ length: 16 }, (_, i) => (i % 4 <= i >> 2 ? Math.cos(1 + 2 * i) * 1.7 : 0)),
}

/** Every figure, from numbers in closed form. */
export function everyFigure(theme: 'light' | 'dark'): Record<string, Scene> {
  const box = { x: [-4, 4], y: [-4, 4] } as const
  const [a, b] = [spread(600, 0.618034), spread(600, 0.754878)]
  const cloud = Float32Array.from({ length: 1200 }, (_, i) => (i % 2 === 0 ? a[i >> 1]! : b[i >> 1]!))
  const layers = [bend, stretch, bend]
  const density = densityGrid(
    (xy, n) =>
      Float64Array.from({ length: n }, (_, i) => {
        const [x, y] = [xy[2 * i]!, xy[2 * i + 1]! - Math.sin(2 * xy[2 * i]!)]
        return -Math.log(2 * Math.PI) - (x * x + y * y) / 2
      }),
    { ...box, size: 80 },
  )
  const bent = layerPath(cloud, [bend]).steps[1]!
  const grid = gridLines({ ...box, lines: 13, points: 101 })
  const path = layerPath(grid.points, layers)
  const points = layerPath(cloud, layers)
  const fields = logDetFields(layers, { ...box, size: 40 })
  const steps = Float64Array.from({ length: 900 }, (_, i) => i)
  const loss = steps.map((i) => 1.2 + 2 * Math.exp(-i / 90) + 0.12 * Math.sin(i * i) + (i === 400 ? 30 : 0))
  const [first, second] = marginals(cloud, { width: 2 })
  return {
    density: densityFigure(density, {
      theme,
      points: bent,
      title: 'A <bent> normal & more',
      notes: ['shear'],
      x: 'speed, m/s',
    }),
    warp: warpFigure(
      path.steps.map((rows, k) => ({
        label: `after ${k}`,
        lines: { ...grid, points: rows },
        points: points.steps[k]!,
      })),
      { theme, title: 'Grids' },
    ),
    trajectories: trajectoriesFigure(layerPath(Float32Array.of(0, 1, -1, 0.4, 1.5, -1), layers), {
      theme,
      title: 'Ways',
    }),
    many: trajectoriesFigure(layerPath(cloud.subarray(0, 120), layers), { theme }),
    'log-det': logDetFigure(
      [...fields.layers, fields.total].map((field, k) => ({ label: k < 3 ? `layer ${k + 1}` : 'all', field })),
      { theme, title: 'Volumes' },
    ),
    loss: lossFigure(
      [
        { label: 'training', x: steps, y: loss },
        {
          label: 'held out',
          x: steps.filter((i) => i % 30 === 0),
          y: loss.filter((_, i) => i % 30 === 0),
          halfLife: 0,
        },
      ],
      { theme, title: 'A fit', entropy: 1.13 },
    ),
    jacobian: jacobianFigure(
      [
        { label: 'layer', jacobian: MATRIX },
        { label: 'turned', jacobian: { ...MATRIX, values: MATRIX.values.slice().reverse() } },
      ],
      { theme, title: 'Jacobians', width: 620 },
    ),
    calibration: calibrationFigure(calibration(cloud, { width: 2 }), { theme, title: 'Calibration' }),
    marginals: marginalsFigure(
      [
        { label: 'first, mm', histogram: first!.histogram, curve: first!.curve },
        { label: 'second, kg', histogram: second!.histogram },
        { label: 'third', curve: second!.curve },
      ],
      { theme, title: 'Marginals' },
    ),
    corner: cornerFigure(
      corner([
        { name: 'speed, m/s', sets: [a, a.subarray(100)] },
        { name: 'price, €', sets: [b.map(Math.exp), b.map(Math.exp).subarray(100)], log: true },
        { name: 'both', sets: [a.map((v, i) => v + b[i]!), a.map((v, i) => v + b[i]!).subarray(100)] },
      ]),
      { theme, title: 'Corner', notes: ['two sets'] },
    ),
    single: cornerFigure(corner([{ name: 'x', sets: [a, b] }]), { theme, title: 'One column' }),
    images: imagesFigure(
      Float64Array.from({ length: 6 * 64 }, (_, i) => 255 * Math.abs(Math.sin(i * 0.37))),
      { theme, shape: [8, 8], title: 'Images' },
    ),
  }
}
