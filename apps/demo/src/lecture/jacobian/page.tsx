import { Slider } from '../../ui/slider.js'
import { determinant } from '../determinant/leibniz.js'
import { Announce, Choices, Columns, MatrixView, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { choice, number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import { type Point, signedArea } from '../maths/linear.js'
import { gridLines, warped } from '../plot/grid.js'
import { Handle } from '../plot/handle.js'
import { Arrow, GridLines, Polygon } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { type MapName, maps, parallelogram, square } from './maps.js'

const RANGE: Point = [-3, 3]
const NAMES = Object.keys(maps) as MapName[]
const FORMULAS: Record<MapName, string> = {
  linear: 'f(x) = \\begin{pmatrix} 1.2\\,x_1 + 0.6\\,x_2 \\\\ 0.3\\,x_1 + 0.9\\,x_2 \\end{pmatrix}',
  coupling: 'f(x) = \\begin{pmatrix} x_1 \\\\ x_2\\, e^{0.7 \\sin x_1} + 0.5\\, x_1^2 \\end{pmatrix}',
  swirl: 'f(x) = R\\left(1.8\\, e^{-\\|x\\|^2/4}\\right) x,\\quad R(\\alpha)\\text{ a rotation by }\\alpha',
  exponential: 'f(x) = e^{x_1/2} \\begin{pmatrix} \\cos x_2 \\\\ \\sin x_2 \\end{pmatrix}',
  fold: 'f(x) = \\begin{pmatrix} x_1 \\\\ x_2^2 - 1 \\end{pmatrix}',
}
const GRID = gridLines(RANGE, RANGE, 12)

/** Page 6: a map of the plane, close by. */
export function JacobianPage() {
  const state = usePageState({
    map: choice<MapName>('coupling', NAMES),
    at: numbers([0.6, 0.5], { min: -3, max: 3 }),
    side: number(0.5, { min: 0.05, max: 1.2 }),
  })
  const map = maps[state.map.value]
  const x = state.at.value as Point
  const side = state.side.value
  const J = map.jacobian(x)
  const det = determinant(J)
  const y = map.f(x)
  const corners = square(x, side)
  const image = corners.map((corner) => map.f(corner))
  const area = signedArea(image)
  const token = det < 0 ? 'data' : 'model'

  return (
    <>
      <Prose>
        <p>
          Zoom in on a smooth map, and its grid lines become straight, parallel and evenly spaced: close enough, it is
          linear. The matrix of that linear map is the <strong>Jacobian</strong>, whose entry in row i and column j says
          how fast output i grows as input j does:
        </p>
        <Tex block>
          {
            'J_f = \\begin{pmatrix} \\dfrac{\\partial f_1}{\\partial x_1} & \\dfrac{\\partial f_1}{\\partial x_2} \\\\[2ex] \\dfrac{\\partial f_2}{\\partial x_1} & \\dfrac{\\partial f_2}{\\partial x_2} \\end{pmatrix}'
          }
        </Tex>
        <p>Its columns are the images of two small steps: one along x₁, one along x₂.</p>
      </Prose>
      <Widget
        title="A small square and its image"
        hint="Drag the corner of the square, and make the square smaller: its curved image comes to fill the parallelogram of the Jacobian."
        controls={
          <Slider
            label="Side of the square"
            value={side}
            min={0.05}
            max={1.2}
            step={0.01}
            format={(v) => show(v)}
            onInput={(v) => (state.side.value = v)}
          />
        }
      >
        <Choices
          label="The map f"
          value={state.map.value}
          options={NAMES.map((value) => ({ value, label: maps[value].name }))}
          onChange={(value) => (state.map.value = value)}
        />
        <Tex block>{FORMULAS[state.map.value]}</Tex>
        <Columns pair>
          <div>
            <p class="plane-title">x</p>
            <Plane x={RANGE} y={RANGE} label="The plane of x with its grid and the square" xLabel="x₁" yLabel="x₂">
              <GridLines lines={GRID} />
              <Polygon points={corners} token={token} opacity={0.35} />
              <Arrow from={x} to={[x[0] + side, x[1]]} token="accent" />
              <Arrow from={x} to={[x[0], x[1] + side]} token="accent-2" />
              <Handle at={x} onMove={(to) => (state.at.value = to)} label="The point x" token="text" />
            </Plane>
          </div>
          <div>
            <p class="plane-title">y = f(x)</p>
            <Plane
              x={RANGE}
              y={RANGE}
              label="The plane of y with the warped grid and the image of the square"
              xLabel="y₁"
              yLabel="y₂"
            >
              <GridLines lines={warped(GRID, map.f)} />
              <Polygon points={image} token={token} opacity={0.35} />
              <Polygon points={parallelogram(y, J, side)} token="text" opacity={0} />
              <Arrow from={y} to={[y[0] + side * J[0]![0]!, y[1] + side * J[1]![0]!]} token="accent" />
              <Arrow from={y} to={[y[0] + side * J[0]![1]!, y[1] + side * J[1]![1]!]} token="accent-2" />
            </Plane>
          </div>
        </Columns>
        <Columns>
          <div class="stack">
            <p class="plane-title">
              The Jacobian at x = ({show(x[0])}, {show(x[1])})
            </p>
            <MatrixView rows={J} digits={3} label="Jacobian" colour={(_, j) => (j === 0 ? 'accent' : 'accent-2')} />
            <p class="small muted">
              The first column is the image of a step along x₁, the second that of a step along x₂, in the colours of
              the arrows.
            </p>
          </div>
          <Readout
            rows={[
              { name: 'area of the square', value: show(side * side, 4) },
              { name: 'area of its image', value: show(Math.abs(area), 4) },
              { name: 'their ratio', value: show(Math.abs(area) / (side * side), 4), strong: true },
              { name: '|det J| at the corner', value: show(Math.abs(det), 4), strong: true },
            ]}
          />
        </Columns>
        <Announce>{`The Jacobian is ${J.map((row) => row.map((v) => show(v)).join(', ')).join('; ')}, its determinant ${show(det)}`}</Announce>
      </Widget>
      <Prose>
        <p>
          The ratio of the areas approaches |det J| as the square shrinks. Try the <em>swirl</em>: it turns a great
          deal, and yet its determinant is 1 everywhere. And the <em>fold</em>: where x₂ crosses zero the determinant
          does too, the square is turned over, and the map has no inverse.
        </p>
      </Prose>
    </>
  )
}
