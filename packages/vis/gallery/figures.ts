import { draw, toys } from '@ebbflow/flows'
import {
  calibration,
  chainProduct,
  corner,
  densityGrid,
  extentOf,
  type Field,
  gridLines,
  gridMarginals,
  layerPath,
  logDetFields,
  type Matrix,
  marginals,
} from '@ebbflow/vis'
import {
  calibrationFigure,
  cornerFigure,
  densityFigure,
  jacobianFigure,
  logDetFigure,
  lossFigure,
  marginalsFigure,
  type Scene,
  trajectoriesFigure,
  warpFigure,
} from '@ebbflow/vis/figures'
import { jacobians, latents, layerMaps, logDensity } from '@ebbflow/vis/flow'
import { type fitPenguins, type Moons, PENGUINS } from './models.js'

type Figure = (theme: 'light' | 'dark') => Scene

/** The figures of a flow of two moons. */
export function moonsFigures(moons: Moons): Record<string, Figure> {
  const { flow, training, validation } = moons
  const box = extentOf(toys.twoMoons.sample(5000, { seed: 5 }), { square: true, margin: 0.08 })
  const grid = densityGrid(logDensity(flow), { ...box, size: 160 })
  const samples = draw(flow, 800, { seed: 1 })
  const layers = layerMaps(flow, { order: 'data' })
  const maps = layers.map(({ map }) => map)
  const lines = gridLines({ x: [-2.5, 2.5], y: [-2.5, 2.5], lines: 17 })
  const cloud = draw(flow, 250, { seed: 8 })
  const path = layerPath(lines.points, maps)
  const back = layerMaps(flow, { order: 'data', towards: 'noise' }).map(({ map }) => map)
  const points = layerPath(layerPath(cloud, back).steps.at(-1)!, maps)
  const last = layers.length
  const stages = path.steps.map((step, k) => ({
    label: k === 0 ? 'z' : k === last ? `x, after ${k} couplings` : `after ${k}`,
    lines: { ...lines, points: step },
    points: points.steps[k]!,
  }))
  const starts = Float32Array.of(-1.2, 0.4, 0.3, 1.1, 1.3, -0.6, -0.2, -1.4)
  const ways = layerPath(starts, maps)
  const fields = logDetFields(maps, { x: [-2.5, 2.5], y: [-2.5, 2.5], size: 64 })
  const at = jacobians(flow, [0.3, 1.1])
  const found = calibration(latents(flow, toys.twoMoons.sample(4000, { seed: 9 })), { width: 2 })
  const margins = gridMarginals(grid)
  const data = marginals(moons.rows, { width: 2, ranges: [box.x, box.y] })
  return {
    density: (theme) =>
      densityFigure(grid, {
        theme,
        points: samples,
        title: 'Two moons',
        notes: [`A spline flow of six couplings; ${(100 * grid.mass).toFixed(1)} % of the mass within the picture`],
      }),
    warp: (theme) =>
      warpFigure(stages, {
        theme,
        columns: 4,
        width: 860,
        title: 'From noise to data',
        notes: ['Each coupling bends one family of lines along the other.'],
      }),
    trajectories: (theme) =>
      trajectoriesFigure(ways, {
        theme,
        title: 'Four points on their way',
        notes: ['Each coupling moves a point along one axis, by an amount that the other decides.'],
      }),
    'log-det': (theme) =>
      logDetFigure(
        [
          ...fields.layers.map((field, i): { label: string; field: Field } => ({ label: `coupling ${i + 1}`, field })),
          { label: 'all layers', field: fields.total },
        ],
        {
          theme,
          columns: 4,
          width: 860,
          title: 'Where layers stretch and shrink',
          notes: ['log|det J| at the values that reach each layer, over z'],
        },
      ),
    loss: (theme) =>
      lossFigure(
        [
          { label: 'training', ...training, halfLife: 6 },
          { label: 'held out', ...validation, halfLife: 6 },
        ],
        { theme, entropy: toys.twoMoons.entropy, title: 'A fit of two moons' },
      ),
    jacobian: (theme) =>
      jacobianFigure(
        [
          ...at.layers.flatMap(({ type, jacobian }, i) => (i < 4 ? [{ label: `${i + 1}: ${type}`, jacobian }] : [])),
          { label: 'all layers', jacobian: at.whole },
        ],
        { theme, title: 'Jacobians at a point', notes: ['z = (0.3, 1.1) and the values that it becomes'] },
      ),
    calibration: (theme) =>
      calibrationFigure(found, {
        theme,
        title: 'Do latents of new data follow the base?',
        notes: ['4,000 rows that the fit has not seen'],
      }),
    marginals: (theme) =>
      marginalsFigure(
        [
          { label: 'x₁', histogram: data[0]!.histogram, curve: margins.x },
          { label: 'x₂', histogram: data[1]!.histogram, curve: margins.y },
        ],
        { theme, title: 'Marginals', width: 520 },
      ),
  }
}

/** A triangle of more dimensions, as a masked autoregressive layer has it. */
export function triangleFigure(): Record<string, Figure> {
  const n = 12
  const triangle = (side: 1 | -1, seed: number): Matrix => ({
    rows: n,
    columns: n,
    values: Float64Array.from({ length: n * n }, (_, i) => {
      const [r, c] = [Math.floor(i / n), i % n]
      if (r === c) return 0.6 + 0.5 * Math.sin(seed + r) ** 2
      return side * (r - c) > 0 ? 0.5 * Math.sin(seed + 3 * r + 1.7 * c) : 0
    }),
  })
  const [lower, upper] = [triangle(1, 1), triangle(-1, 2)]
  return {
    triangles: (theme) =>
      jacobianFigure(
        [
          { label: 'L', jacobian: lower },
          { label: 'U', jacobian: upper },
          { label: 'L U', jacobian: chainProduct([upper, lower]) },
        ],
        { theme, width: 720, title: 'Triangles make a full matrix' },
      ),
  }
}

/** The corner plot of penguins. */
export function penguinFigures({
  rows,
  draw: sampled,
}: Awaited<ReturnType<typeof fitPenguins>>): Record<string, Figure> {
  const drawn = sampled(5000)
  const column = (of: Float64Array, k: number): Float64Array =>
    Float64Array.from({ length: of.length / 4 }, (_, i) => of[4 * i + k]!)
  const data = corner(PENGUINS.map((name, k) => ({ name, sets: [column(rows, k), column(drawn, k)] })))
  return {
    corner: (theme) =>
      cornerFigure(data, {
        theme,
        title: 'Penguins',
        notes: ['342 penguins, and 5,000 samples of a spline flow fitted to them'],
      }),
  }
}
