import { randomLcg, randomNormal, randomUniform } from 'd3-random'
import { useMemo } from 'preact/hooks'
import type { ColourToken } from '../../app/theme.js'
import { Button } from '../../ui/button.js'
import { Slider } from '../../ui/slider.js'
import { Announce, Choices, Columns, Legend, Prose, Readout, Widget } from '../frame/parts.js'
import { Scroll } from '../frame/scroll.js'
import { percent, show } from '../frame/show.js'
import { choice, number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { DensityField } from '../plot/density-field.js'
import { Handle } from '../plot/handle.js'
import { Dots } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { bayes, drawPair } from './mixtures.js'
import './densities.css'

const RANGE: Point = [-4, 4]
const VIEWS = ['marginal', 'first', 'second', 'joint', 'posterior'] as const
type View = (typeof VIEWS)[number]
const NAMES: Record<View, string> = {
  marginal: 'p(x)',
  first: 'p(x | blue)',
  second: 'p(x | orange)',
  joint: 'p(x, y)',
  posterior: 'p(y | x)',
}

const FIELDS: Record<View, readonly { of: (x: Point, prior: number) => number; token: ColourToken; top: number }[]> = {
  marginal: [{ of: (x, prior) => bayes(x, prior).marginal, token: 'accent-2', top: 0.16 }],
  first: [{ of: (x, prior) => bayes(x, prior).given[0], token: 'model', top: 0.24 }],
  second: [{ of: (x, prior) => bayes(x, prior).given[1], token: 'data', top: 0.26 }],
  joint: [
    { of: (x, prior) => bayes(x, prior).joint[0], token: 'model', top: 0.16 },
    { of: (x, prior) => bayes(x, prior).joint[1], token: 'data', top: 0.16 },
  ],
  posterior: [
    { of: (x, prior) => bayes(x, prior).posterior[0], token: 'model', top: 1 },
    { of: (x, prior) => bayes(x, prior).posterior[1], token: 'data', top: 1 },
  ],
}

/** Page 1: the densities of a model of two classes, and their two uses. */
export function Densities() {
  const state = usePageState({
    prior: number(0.4, { min: 0.02, max: 0.98 }),
    at: numbers([0.2, 0.4], { min: -4, max: 4 }),
    view: choice<View>('joint', VIEWS),
    n: number(0, { min: 0, max: 3000 }),
  })
  const prior = state.prior.value
  const x = state.at.value as Point
  const found = bayes(x, prior)
  const draws = useMemo(() => {
    const source = randomLcg(0.42)
    const noise = { uniform: randomUniform.source(source)(), normal: randomNormal.source(source)() }
    return Array.from({ length: state.n.value }, () => drawPair(prior, noise))
  }, [state.n.value, prior])
  const thousand = useMemo(() => {
    const source = randomLcg(0.17)
    const noise = { uniform: randomUniform.source(source)(), normal: randomNormal.source(source)() }
    return Array.from({ length: 1000 }, () => bayes(drawPair(prior, noise).x, prior).marginal).sort((a, b) => a - b)
  }, [prior])
  const below = thousand.filter((p) => p < found.marginal).length / thousand.length

  return (
    <>
      <Prose>
        <p>
          Let x be what we observe, and y its label: a picture and whether it shows a cat; here, a point of the plane
          and its colour. A <strong>discriminative</strong> model knows only <Tex>{'p(y \\mid x)'}</Tex>: given the
          point, which colour? A <strong>conditional</strong> generative model knows <Tex>{'p(x \\mid y)'}</Tex>: given
          the colour, which points? The <strong>joint</strong> density <Tex>{'p(x, y) = p(x \\mid y)\\, p(y)'}</Tex>{' '}
          knows both, for Bayes’ rule gives back the first:
        </p>
        <Tex block>{'p(y \\mid x) = \\frac{p(x \\mid y)\\, p(y)}{\\sum_k p(x \\mid k)\\, p(k)}'}</Tex>
        <p>
          The other way round does not work: from p(y | x) alone nobody can tell how likely x was in the first place.
        </p>
      </Prose>

      <Widget
        title="Two classes and every density of theirs"
        hint="Press anywhere on the plane, or drag the point; with the point in focus, arrow keys move it."
        controls={
          <>
            <Slider
              label="p(orange), the prior"
              value={prior}
              min={0.02}
              max={0.98}
              step={0.01}
              format={(v) => show(v)}
              onInput={(v) => (state.prior.value = v)}
            />
            <div class="row">
              <Button kind="primary" onClick={() => (state.n.value = Math.min(3000, state.n.value + 200))}>
                Draw 200 samples
              </Button>
              <Button kind="quiet" disabled={state.n.value === 0} onClick={() => (state.n.value = 0)}>
                Clear
              </Button>
            </div>
          </>
        }
      >
        <Choices
          label="Show"
          value={state.view.value}
          options={VIEWS.map((value) => ({ value, label: NAMES[value] }))}
          onChange={(value) => (state.view.value = value)}
        />
        <Columns>
          <div>
            <Plane
              x={RANGE}
              y={RANGE}
              label={`The plane with ${NAMES[state.view.value]} as colour`}
              xLabel="x₁"
              yLabel="x₂"
              onPoint={(to) => (state.at.value = to)}
            >
              {FIELDS[state.view.value].map(({ of, token, top }) => (
                <DensityField
                  key={token}
                  f={(at) => of(at, prior)}
                  token={token}
                  top={top}
                  depends={`${prior}${state.view.value}`}
                />
              ))}
              <Dots
                points={draws.filter(({ y }) => y === 0).map((d) => d.x)}
                token="model"
                radius={2.4}
                opacity={0.9}
                ring
              />
              <Dots
                points={draws.filter(({ y }) => y === 1).map((d) => d.x)}
                token="data"
                radius={2.4}
                opacity={0.9}
                ring
              />
              <Handle at={x} onMove={(to) => (state.at.value = to)} label="The point x" token="text" />
            </Plane>
            <Legend
              items={[
                { token: 'model', text: 'y = blue' },
                { token: 'data', text: 'y = orange' },
              ]}
            />
          </div>
          <div class="stack">
            <Scroll label="The densities at x">
              <table class="numbers">
                <caption class="visually-hidden">The densities at x</caption>
                <thead>
                  <tr>
                    <th scope="col">
                      at x = ({show(x[0])}, {show(x[1])})
                    </th>
                    <th scope="col">blue</th>
                    <th scope="col">orange</th>
                    <th scope="col">sum</th>
                  </tr>
                </thead>
                <tbody>
                  <Row name="p(x | y)" values={found.given} />
                  <Row name="p(y)" values={found.prior} sum={1} />
                  <Row name="p(x, y)" values={found.joint} sum={found.marginal} />
                  <Row name="p(y | x)" values={found.posterior} sum={1} strong />
                </tbody>
              </table>
            </Scroll>
            <div class="share" role="img" aria-label={`p(orange | x) is ${percent(found.posterior[1])}`}>
              <span style={{ flexGrow: found.posterior[0] }} class="share-a" />
              <span style={{ flexGrow: found.posterior[1] }} class="share-b" />
            </div>
            <p class="small muted">
              The third line is the product of the first two; the fourth is the third over its sum, p(x) ={' '}
              {show(found.marginal, 4)}.
            </p>
          </div>
        </Columns>
        <Announce>{`At x the probability of orange is ${percent(found.posterior[1])}, and p of x is ${show(found.marginal, 4)}`}</Announce>
      </Widget>

      <Prose>
        <h2>Two uses of a density</h2>
        <p>
          <strong>Sampling:</strong> draw y from p(y), then x from p(x | y), and out come new points such as the data
          had; that is what the button does. <strong>Density estimation:</strong> take any x and ask for the value p(x).
          A sentence or a melody of low density is an odd one; a day’s weather of low density is worth a warning.
        </p>
      </Prose>
      <Widget
        title="How usual is this point?"
        hint="The same x as above, judged by the density that the model gives it."
      >
        <Readout
          rows={[
            { name: 'p(x)', value: show(found.marginal, 4) },
            { name: 'log p(x), in nats', value: show(Math.log(found.marginal)) },
            { name: 'of 1,000 samples, these have a lower density', value: percent(below), strong: true },
          ]}
        />
        <p class="small">
          {below < 0.01
            ? 'Hardly any sample is as unlikely as this point: an anomaly.'
            : below < 0.1
              ? 'An unusual point, though not an impossible one.'
              : 'A usual point: the model makes many like it.'}
        </p>
      </Widget>
    </>
  )
}

function Row({
  name,
  values,
  sum,
  strong = false,
}: {
  name: string
  values: readonly [number, number]
  sum?: number
  strong?: boolean
}) {
  return (
    <tr class={strong ? 'strong' : undefined}>
      <th scope="row">{name}</th>
      <td>{show(values[0], 4)}</td>
      <td>{show(values[1], 4)}</td>
      <td>{sum === undefined ? '' : show(sum, 4)}</td>
    </tr>
  )
}
