import { Slider } from '../../ui/slider.js'
import { Announce, Columns, Prose, Readout, Widget } from '../frame/parts.js'
import { Scroll } from '../frame/scroll.js'
import { show } from '../frame/show.js'
import { number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import { square } from '../jacobian/maps.js'
import type { Point } from '../maths/linear.js'
import { normalDensity } from '../maths/normal.js'
import { DensityField } from '../plot/density-field.js'
import { gridLines, warped } from '../plot/grid.js'
import { Handle } from '../plot/handle.js'
import { Area, GridLines, Line, Polygon, sampled } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import {
  type Curve,
  cellMasses,
  changedDensity,
  forward,
  logChangedDensity,
  masses,
  push,
  type Sheet,
} from './curves.js'

const Z: Point = [-4, 4]
const X: Point = [-6, 6]
const PLANE: Point = [-3, 3]
const GRID = gridLines(PLANE, PLANE, 12)

/** Page 8: the change of variables on the line and in the plane. */
export function ChangePage() {
  const state = usePageState({
    scale: number(1.3, { min: 0.3, max: 2.5 }),
    skew: number(0.5, { min: -1.2, max: 1.2 }),
    weight: number(0.8, { min: 0.4, max: 1.6 }),
    interval: numbers([0.4, 1.4], { min: -3.5, max: 3.5 }),
    cell: numbers([0.5, -0.3], { min: -2.6, max: 2 }),
    side: number(0.7, { min: 0.1, max: 1.5 }),
    stretch: number(0.45, { min: -0.8, max: 0.8 }),
    bend: number(0.4, { min: -0.6, max: 0.6 }),
  })
  const curve: Curve = { scale: state.scale.value, skew: state.skew.value, weight: state.weight.value }
  const [a, b] = [...state.interval.value].sort((u, v) => u - v) as [number, number]
  const [p, q] = state.interval.value as Point
  const mass = masses(curve, a, b)
  const [fa, fb] = [forward(curve, a), forward(curve, b)]
  const onX = sampled((x) => changedDensity(curve, x), X, 320)
  const top = Math.max(0.5, ...onX.map(([, y]) => y)) * 1.08

  const sheet: Sheet = { stretch: state.stretch.value, bend: state.bend.value }
  const cell = state.cell.value as Point
  const side = state.side.value
  const cellMass = cellMasses(sheet, cell, side)
  const slider = (
    name: 'scale' | 'skew' | 'weight' | 'stretch' | 'bend' | 'side',
    label: string,
    min: number,
    max: number,
  ) => (
    <Slider
      label={label}
      value={state[name].value}
      min={min}
      max={max}
      step={0.01}
      format={(v) => show(v)}
      onInput={(v) => (state[name].value = v)}
    />
  )

  return (
    <>
      <Prose>
        <p>
          Probability is neither made nor lost on the way from z to x = f(z): what lay between a and b now lies between
          f(a) and f(b). If the interval has grown three times as wide, the density on it must have fallen to a third.
        </p>
        <Tex block>
          {'p_X(x) = p_Z\\left(f^{-1}(x)\\right) \\left|\\det \\frac{\\partial f^{-1}(x)}{\\partial x}\\right|'}
        </Tex>
        <p>
          The first factor says where x came from and how likely that was; the second, by how much space was squeezed on
          the way.
        </p>
      </Prose>
      <Widget
        title="On the line: same mass, other width"
        hint="Drag the ends of the interval in z, and bend the map. The two masses are computed independently: Φ(b) − Φ(a) for z, an integral of p(x) for x."
        controls={
          <>
            {slider('scale', 'scale', 0.3, 2.5)}
            {slider('skew', 'skew', -1.2, 1.2)}
            {slider('weight', 'weight of the tails', 0.4, 1.6)}
          </>
        }
      >
        <Columns pair>
          <div>
            <p class="plane-title">p(z), a standard normal</p>
            <Plane x={Z} y={[0, 0.5]} aspect={1.6} label="The density of z with the interval" xLabel="z">
              <Line points={sampled(normalDensity, Z)} token="accent-2" />
              <Area points={sampled(normalDensity, [a, b], 60)} token="data" opacity={0.5} />
              <Handle
                at={[p, 0.012]}
                along="x"
                token="data"
                label="One end of the interval"
                onMove={([to]) => (state.interval.value = [to, q])}
                within={{ x: [-3.5, 3.5] }}
              />
              <Handle
                at={[q, 0.012]}
                along="x"
                token="data"
                label="The other end of the interval"
                onMove={([to]) => (state.interval.value = [p, to])}
                within={{ x: [-3.5, 3.5] }}
              />
            </Plane>
          </div>
          <div>
            <p class="plane-title">p(x), x = f(z)</p>
            <Plane x={X} y={[0, top]} aspect={1.6} label="The density of x with the image of the interval" xLabel="x">
              <Line points={onX} />
              <Area points={sampled((x) => changedDensity(curve, x), [fa, fb], 60)} token="data" opacity={0.5} />
            </Plane>
          </div>
        </Columns>
        <Scroll label="The interval in z and in x">
          <table class="numbers">
            <caption class="visually-hidden">The interval in z and in x</caption>
            <thead>
              <tr>
                <th scope="col">the interval</th>
                <th scope="col">from</th>
                <th scope="col">to</th>
                <th scope="col">width</th>
                <th scope="col">mean density</th>
                <th scope="col">mass</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">in z</th>
                <td>{show(a)}</td>
                <td>{show(b)}</td>
                <td>{show(b - a, 3)}</td>
                <td>{show(mass.z / (b - a), 4)}</td>
                <td class="same">{show(mass.z, 5)}</td>
              </tr>
              <tr>
                <th scope="row">in x</th>
                <td>{show(fa)}</td>
                <td>{show(fb)}</td>
                <td>{show(fb - fa, 3)}</td>
                <td>{show(mass.x / (fb - fa), 4)}</td>
                <td class="same">{show(mass.x, 5)}</td>
              </tr>
            </tbody>
          </table>
        </Scroll>
        <Announce>{`The mass is ${show(mass.z, 4)} in z and ${show(mass.x, 4)} in x; the width ${show(b - a)} became ${show(fb - fa)}`}</Announce>
      </Widget>
      <Prose>
        <h2>In the plane</h2>
        <p>
          Widths become areas, and the derivative a determinant. Here{' '}
          <Tex>{'x = (z_1,\\; z_2 e^{s z_1} + c z_1^2)'}</Tex>, an affine coupling: its Jacobian is triangular, with 1
          and <Tex>{'e^{s z_1}'}</Tex> on the diagonal, so that it stretches more and more to one side.
        </p>
      </Prose>
      <Widget
        title="A cell and its image"
        hint="Drag the cell. Its image changes area; the probability within does not."
        controls={
          <>
            {slider('stretch', 's, the stretch', -0.8, 0.8)}
            {slider('bend', 'c, the bend', -0.6, 0.6)}
            {slider('side', 'side of the cell', 0.1, 1.5)}
          </>
        }
      >
        <Columns pair>
          <div>
            <p class="plane-title">z</p>
            <Plane x={PLANE} y={PLANE} label="The density of z with a cell" xLabel="z₁" yLabel="z₂">
              <DensityField
                f={([u, v]) => normalDensity(u) * normalDensity(v)}
                token="accent-2"
                top={0.16}
                depends="z"
              />
              <GridLines lines={GRID} opacity={0.45} />
              <Polygon points={square(cell, side)} token="data" opacity={0.5} />
              <Handle
                at={cell}
                token="data"
                label="The cell’s corner"
                within={{ x: [-2.6, 2], y: [-2.6, 2] }}
                onMove={(to) => (state.cell.value = to)}
              />
            </Plane>
          </div>
          <div>
            <p class="plane-title">x = f(z)</p>
            <Plane x={PLANE} y={PLANE} label="The density of x with the image of the cell" xLabel="x₁" yLabel="x₂">
              <DensityField
                f={(x) => Math.exp(logChangedDensity(sheet, x))}
                token="model"
                top={0.22}
                depends={`${sheet.stretch} ${sheet.bend}`}
              />
              <GridLines lines={warped(GRID, (z) => push(sheet, z))} opacity={0.45} />
              <Polygon points={square(cell, side).map((z) => push(sheet, z))} token="data" opacity={0.5} />
            </Plane>
          </div>
        </Columns>
        <Readout
          rows={[
            { name: 'area in z', value: show(side * side, 4) },
            { name: 'area in x', value: show(cellMass.area, 4) },
            { name: 'mass in z, in closed form', value: show(cellMass.z, 5), strong: true },
            { name: 'mass in x, an integral of p(x)', value: show(cellMass.x, 5), strong: true },
          ]}
        />
        <Announce>{`The cell has mass ${show(cellMass.z, 4)}, its image ${show(cellMass.x, 4)}; its area went from ${show(side * side)} to ${show(cellMass.area)}`}</Announce>
      </Widget>
    </>
  )
}
