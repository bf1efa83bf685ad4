import { useMemo } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import { Slider } from '../../ui/slider.js'
import { carry, exactJacobian, useReady } from '../flow/engine.js'
import { calm } from '../frame/motion.js'
import { Announce, Choices, Columns, MatrixView, Prose, Readout, Widget } from '../frame/parts.js'
import { Scroll } from '../frame/scroll.js'
import { scientific, show } from '../frame/show.js'
import { choice, number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import { numericJacobian, type Point, signAndLogDet } from '../maths/linear.js'
import { flatten, gridLines, unflatten } from '../plot/grid.js'
import { Handle } from '../plot/handle.js'
import { Dots, GridLines } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { atStart, entryOf, type LayerKey, layerKeys } from './catalogue.js'
import { Series } from './series-chart.js'
import './layers.css'

const RANGE: Point = [-3, 3]
const WIDE: Point = [-4, 4]
const GRID = gridLines(RANGE, RANGE, 12, 32)
const ROWS = flatten(GRID)
/** Those of the grid that are sent back: inverses that iterate take their time. */
const RETURNING = 2 * 33 * 5

/** Page 11: the table of layers, each live. */
export function LayersPage() {
  const state = usePageState({
    layer: choice<LayerKey>('additive', layerKeys),
    seed: number(1, { min: 1, max: 9999 }),
    at: numbers([0.8, 0.6], { min: -3, max: 3 }),
    knobs: numbers([], { min: -10, max: 10 }, 8),
  })
  const key = state.layer.value
  const choose = (to: LayerKey): void => {
    state.layer.value = to
    state.knobs.value = []
  }
  return (
    <>
      <Prose>
        <p>
          Each of these layers is one answer to the same question: which functions bend space as much as possible, and
          still have a cheap inverse and a cheap determinant? The numbers come from Ebbflow in double precision; beside
          each log-determinant stands what plain differences find.
        </p>
      </Prose>
      <Widget title="One layer, live" hint="Choose a layer, move its parameters, drag the point in the left picture.">
        <Choices
          label="Layer"
          value={key}
          options={layerKeys.map((value) => ({ value, label: entryOf(value).name }))}
          onChange={choose}
        />
        <LiveLayer key={key} name={key} state={state} />
      </Widget>
      <Prose>
        <h2>The table</h2>
      </Prose>
      <div class="widget">
        <Scroll label="The table of layers">
          <table class="layers">
            <caption class="visually-hidden">Layers with their functions, log-determinants and papers</caption>
            <thead>
              <tr>
                <th scope="col">layer</th>
                <th scope="col">function</th>
                <th scope="col">log-determinant</th>
                <th scope="col">paper</th>
              </tr>
            </thead>
            <tbody>
              {layerKeys.map((each) => {
                const { name, formula, logDet, paper } = entryOf(each)
                return (
                  <tr key={each}>
                    <th scope="row">
                      <button
                        type="button"
                        class="link"
                        onClick={() => {
                          choose(each)
                          document.querySelector('.widget')?.scrollIntoView({ behavior: calm() ? 'auto' : 'smooth' })
                        }}
                      >
                        {name}
                      </button>
                    </th>
                    <td>
                      <Tex>{formula}</Tex>
                    </td>
                    <td>
                      <Tex>{logDet}</Tex>
                    </td>
                    <td>
                      <a href={`https://arxiv.org/abs/${paper.id}`}>
                        {paper.title} <span class="nowrap">{paper.id}</span>
                      </a>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </Scroll>
      </div>
    </>
  )
}

interface LayersState {
  readonly seed: { value: number }
  readonly at: { value: readonly number[] }
  readonly knobs: { value: readonly number[] }
}

function LiveLayer({ name, state }: { name: LayerKey; state: LayersState }) {
  const entry = entryOf(name)
  const is = useReady()
  const given = state.knobs.value
  const values = entry.knobs.map((knob, i) => Math.min(knob.max, Math.max(knob.min, given[i] ?? knob.initial)))
  const knobs = Object.fromEntries(entry.knobs.map((knob, i) => [knob.name, values[i]!]))
  const seed = Math.round(state.seed.value)
  const depends = `${is} ${name} ${values.join()} ${seed}`
  const x = state.at.value as Point

  const grid = useMemo(() => {
    if (!is) return undefined
    const layer = entry.make(knobs, seed)
    const started = performance.now()
    const there = carry(layer, ROWS, entry.event)
    const halfway = performance.now()
    const back = carry(layer, there.values.subarray(0, RETURNING), entry.event, 'inverse')
    const ended = performance.now()
    layer.dispose()
    const error = back.values.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ROWS[i]!)), 0)
    return {
      lines: unflatten(there.values, GRID),
      forward: ((halfway - started) * 2000) / ROWS.length,
      inverse: ((ended - halfway) * 2000) / RETURNING,
      error,
    }
  }, [depends])

  const here = useMemo(() => {
    if (!is) return undefined
    const layer = entry.make(knobs, seed)
    const { values: y, logDet } = carry(layer, x, entry.event)
    const J = exactJacobian(layer, x, entry.event)
    const numeric = signAndLogDet(numericJacobian((at) => carry(layer, at, entry.event).values, x)).logAbs
    layer.dispose()
    return { y: [y[0]!, y[1]!] as Point, logDet: logDet[0]!, J, numeric }
  }, [depends, x])

  const large = useMemo(() => {
    if (!is || !entry.large) return undefined
    const layer = entry.make(knobs, seed, entry.large)
    const size = entry.large.reduce((a, b) => a * b, 1)
    const at = Array.from({ length: size }, (_, i) => Math.sin(2.4 * i + 0.3))
    const { logDet } = carry(layer, at, entry.large)
    const numeric = signAndLogDet(numericJacobian((point) => carry(layer, point, entry.large!).values, at)).logAbs
    layer.dispose()
    return { logDet: logDet[0]!, numeric, size, shape: entry.large.join(' × ') }
  }, [depends])

  if (!grid || !here) return <p class="muted">Loading Ebbflow…</p>
  return (
    <>
      <div class="layer-facts">
        <p>{entry.about}</p>
        <dl>
          <div>
            <dt>function</dt>
            <dd>
              <Scroll label="Function">
                <Tex>{entry.formula}</Tex>
              </Scroll>
            </dd>
          </div>
          <div>
            <dt>log-determinant</dt>
            <dd>
              <Scroll label="Log-determinant">
                <Tex>{entry.logDet}</Tex>
              </Scroll>
            </dd>
          </div>
          <div>
            <dt>paper</dt>
            <dd>
              <a href={`https://arxiv.org/abs/${entry.paper.id}`}>
                {entry.paper.title}, arXiv {entry.paper.id}
              </a>
            </dd>
          </div>
        </dl>
      </div>
      <Columns pair>
        <div>
          <p class="plane-title">x</p>
          <Plane x={WIDE} y={WIDE} label="The plane of x with a square grid" xLabel="x₁" yLabel="x₂">
            <GridLines lines={GRID} />
            <Handle
              at={x}
              onMove={(to) => (state.at.value = to)}
              label="The point x"
              token="data"
              within={{ x: RANGE, y: RANGE }}
            />
          </Plane>
        </div>
        <div>
          <p class="plane-title">y = f(x)</p>
          <Plane x={WIDE} y={WIDE} label="The plane of y with the warped grid" xLabel="y₁" yLabel="y₂">
            <GridLines lines={grid.lines} token="model" />
            <Dots points={[here.y]} radius={6} opacity={1} />
          </Plane>
        </div>
      </Columns>
      <Columns>
        <div class="stack">
          <Readout
            rows={[
              { name: 'log|det| by Ebbflow', value: show(here.logDet, 8), strong: true },
              { name: 'of the Jacobian by differences', value: show(here.numeric, 8) },
              { name: 'they differ by', value: scientific(Math.abs(here.logDet - here.numeric)) },
              ...(large
                ? [
                    { name: `of ${large.shape} values, by Ebbflow`, value: show(large.logDet, 8), strong: true },
                    { name: `of its ${large.size} × ${large.size} Jacobian`, value: show(large.numeric, 8) },
                  ]
                : []),
            ]}
          />
          <div>
            <p class="plane-title">The Jacobian at x</p>
            <MatrixView rows={here.J} digits={4} label="The Jacobian at x" />
          </div>
        </div>
        <div class="stack">
          <table class="numbers">
            <caption class="visually-hidden">What each direction costs</caption>
            <thead>
              <tr>
                <th scope="col">direction</th>
                <th scope="col">costs</th>
                <th scope="col">1,000 points here</th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">forward</th>
                <td>{entry.forward}</td>
                <td>{show(grid.forward, 1)} ms</td>
              </tr>
              <tr>
                <th scope="row">inverse</th>
                <td>{entry.inverse}</td>
                <td>{show(grid.inverse, 1)} ms</td>
              </tr>
            </tbody>
          </table>
          <p class="small muted">
            There and back again, a part of the grid is off by {scientific(grid.error)} at most.
          </p>
          {name === 'iresnet' && <Series jacobian={here.J} exact={here.logDet} />}
        </div>
      </Columns>
      <div class="widget-controls">
        {entry.knobs.map((knob, i) => (
          <Slider
            key={knob.name}
            label={knob.label}
            value={values[i]!}
            min={knob.min}
            max={knob.max}
            step={0.01}
            format={(v) => show(v)}
            onInput={(v) => (state.knobs.value = values.map((old, k) => (k === i ? v : old)))}
          />
        ))}
        <div class="row">
          {entry.random && <Button onClick={() => (state.seed.value = seed + 1)}>Shuffle</Button>}
          <Button
            kind="quiet"
            onClick={() => {
              const start = atStart(entry)
              state.knobs.value = entry.knobs.map((knob) => start[knob.name]!)
            }}
          >
            Reset
          </Button>
        </div>
      </div>
      <Announce>{`${entry.name}: log determinant ${show(here.logDet, 3)} by Ebbflow, ${show(here.numeric, 3)} by differences`}</Announce>
    </>
  )
}
