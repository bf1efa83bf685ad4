import { Announce, Choices, Legend, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { normalDensity } from '../maths/normal.js'
import { Handle } from '../plot/handle.js'
import { Area, Dots, Line, sampled } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { evaluate, invertible, preimages, pushedDensity, spline } from './spline.js'

const Z = [-3, -2, -1, 0, 1, 2, 3]
const RANGE: Point = [-4, 4]
const PRESETS = {
  identity: [-3, -2, -1, 0, 1, 2, 3],
  'two hills': [-3.5, -2.9, -2.4, 0, 2.4, 2.9, 3.5],
  skewed: [-2, -1.8, -1.4, -0.8, 0.2, 1.7, 3.6],
  fold: [-3, -1.2, 1.2, 0.1, -1, 1.4, 3],
}
type Preset = keyof typeof PRESETS

/** Page 4: a normal through a non-linear map of the line. */
export function Generative() {
  const state = usePageState({
    x: numbers(PRESETS['two hills'], { min: -4, max: 4 }),
    probe: number(0.5, { min: -4, max: 4 }),
  })
  const heights = state.x.value
  const curve = spline(Z, heights)
  const probe = state.probe.value
  const found = preimages(curve, probe)
  const good = invertible(curve)
  const pushed = sampled((x) => pushedDensity(curve, x), RANGE, 400)
  const top = Math.min(1.6, Math.max(0.6, ...pushed.map(([, p]) => (Number.isFinite(p) ? p : 0))) * 1.1)
  const preset = (Object.keys(PRESETS) as Preset[]).find((name) => PRESETS[name].join() === heights.join())

  return (
    <>
      <Prose>
        <p>
          A <strong>generative network</strong> turns F⁻¹ round: take a simple distribution, say a standard normal z,
          send it through a non-linear map, and call what comes out <Tex>{'x = G(z)'}</Tex>. In one dimension every
          density can be had like this, with <Tex>{'G = F^{-1}'}</Tex> of uniform z, or{' '}
          <Tex>{'G = F^{-1} \\circ \\Phi'}</Tex> of normal z.
        </p>
        <p>
          Sampling is easy for any G. The density is not: p(x) collects the density of <em>every</em> z that lands on x,
          each divided by how much G stretches there.
        </p>
        <Tex block>{'p_X(x) = \\sum_{z\\,:\\,G(z) = x} \\frac{p_Z(z)}{|G\\text{′}(z)|}'}</Tex>
      </Prose>
      <Widget
        title="Bend G and watch the density"
        hint="Drag the seven points of G up and down, and the probe x along its axis. Arrow keys move whichever has the focus."
      >
        <Choices
          label="Start from"
          value={preset ?? ('' as Preset)}
          options={(Object.keys(PRESETS) as Preset[]).map((value) => ({ value, label: value }))}
          onChange={(name) => (state.x.value = PRESETS[name])}
        />
        <p class={`verdict ${good ? 'good' : 'bad'}`}>
          {good
            ? 'G is monotone: every x has exactly one z. It is invertible, and p(x) has one term.'
            : `G folds: this x has ${found.length} ${found.length === 1 ? 'preimage' : 'preimages'}, others have more or fewer. There is no inverse.`}
        </p>
        <div class="columns">
          <div>
            <p class="plane-title">G, from z to x</p>
            <Plane x={RANGE} y={RANGE} aspect={1.15} label="The map G" xLabel="z" yLabel="x = G(z)">
              <Line
                points={[
                  [RANGE[0], probe],
                  [RANGE[1], probe],
                ]}
                token="data"
                width={1.5}
                dash="5 4"
              />
              {found.map((z) => (
                <Line
                  key={z}
                  points={[
                    [z, probe],
                    [z, RANGE[0]],
                  ]}
                  token="data"
                  width={1.5}
                  dash="5 4"
                />
              ))}
              <Line points={sampled((z) => evaluate(curve, z).value, RANGE, 400)} width={2.5} />
              <Dots points={found.map((z): Point => [z, probe])} radius={5} opacity={1} />
              {Z.map((z, i) => (
                <Handle
                  key={z}
                  at={[z, heights[i]!]}
                  along="y"
                  label={`G at z = ${show(z, 0)}`}
                  onMove={([, to]) => {
                    state.x.value = heights.map((old, k) => (k === i ? Number(to.toFixed(3)) : old))
                  }}
                />
              ))}
            </Plane>
            <p class="plane-title">The density of z, a standard normal</p>
            <Plane x={RANGE} y={[0, 0.5]} aspect={3.4} label="The density of z" xLabel="z">
              <Area points={sampled(normalDensity, RANGE)} token="accent-2" />
              <Line points={sampled(normalDensity, RANGE)} token="accent-2" />
              {found.map((z) => (
                <Line
                  key={z}
                  points={[
                    [z, 0],
                    [z, normalDensity(z)],
                  ]}
                  token="data"
                />
              ))}
            </Plane>
          </div>
          <div class="stack">
            <div>
              <p class="plane-title">The density of x = G(z)</p>
              <Plane x={RANGE} y={[0, top]} aspect={1.6} label="The density of x" xLabel="x">
                <Area points={pushed} />
                <Line points={pushed} />
                <Line
                  points={[
                    [probe, 0],
                    [probe, pushedDensity(curve, probe)],
                  ]}
                  token="data"
                />
                <Handle
                  at={[probe, 0.02]}
                  along="x"
                  token="data"
                  label="The probe x"
                  onMove={([to]) => (state.probe.value = to)}
                />
              </Plane>
            </div>
            <Readout
              rows={[
                ...found.map((z) => ({
                  name: `z = ${show(z)}: φ(z) / |G′(z)| = ${show(normalDensity(z), 3)} / ${show(Math.abs(evaluate(curve, z).slope), 3)}`,
                  value: show(normalDensity(z) / Math.abs(evaluate(curve, z).slope), 3),
                })),
                { name: `p(x) at x = ${show(probe)}`, value: show(pushedDensity(curve, probe), 3), strong: true },
              ]}
            />
            <Legend
              items={[
                { token: 'accent-2', text: 'p(z)' },
                { token: 'model', text: 'G and p(x)' },
                { token: 'data', text: 'the probe x and its preimages' },
              ]}
            />
          </div>
        </div>
        <Announce>{`${found.length} preimages, p of x is ${show(pushedDensity(curve, probe), 3)}, G is ${good ? 'invertible' : 'not invertible'}`}</Announce>
      </Widget>
      <Prose>
        <h2>Why invertibility</h2>
        <p>
          Finding all preimages is a search on the line, and hopeless in a thousand dimensions: that is why a network
          that generates faces cannot say how likely a face is. If G is <strong>invertible</strong>, the sum has one
          term, found by running G backwards. In more dimensions |G′| becomes a determinant. Those two, an inverse and a
          determinant, are all that a flow asks of its maps; the next pages are about getting both cheaply.
        </p>
      </Prose>
    </>
  )
}
