import { useState } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import { Slider } from '../../ui/slider.js'
import { calm, useFrames } from '../frame/motion.js'
import { Announce, Columns, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { number, numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { normalDensity } from '../maths/normal.js'
import { DensityField } from '../plot/density-field.js'
import { Handle } from '../plot/handle.js'
import { Area, Label, Line, sampled } from '../plot/marks.js'
import { Plane, useScales } from '../plot/plane.js'
import { climb, gradient, logDensities, maximum, meanLogLikelihood, type Parameters } from './normal-fit.js'

const LINE: Point = [-5, 5]
const SPREADS: Point = [0.2, 4]
const DATA = [-0.4, 0.7, 1.1, 1.6, 2.4, 3.1]

/** Page 2: the likelihood of a normal as a sum, and the climb to its maximum. */
export function Likelihood() {
  const state = usePageState({
    data: numbers(DATA, { min: -5, max: 5 }, 40),
    mean: number(-1.5, { min: -5, max: 5 }),
    spread: number(0.8, { min: 0.2, max: 4 }),
  })
  const points = state.data.value
  const at: Parameters = { mean: state.mean.value, logSpread: Math.log(state.spread.value) }
  const [path, setPath] = useState<readonly Point[]>([])
  const [climbing, setClimbing] = useState(false)
  const parts = logDensities(points, at)
  const total = parts.reduce((sum, part) => sum + part, 0)
  const best = maximum(points)
  const bestTotal = points.length * meanLogLikelihood(points, best)
  const slope = gradient(points, at)

  const put = (to: Parameters): void => {
    state.mean.value = to.mean
    state.spread.value = Math.min(SPREADS[1], Math.max(SPREADS[0], Math.exp(to.logSpread)))
  }
  const moved = (): void => {
    setClimbing(false)
    setPath([])
  }
  const step = (): boolean => {
    const from: Parameters = { mean: state.mean.peek(), logSpread: Math.log(state.spread.peek()) }
    const to = climb(points, from, 0.12)
    setPath((before) => [...before.slice(-400), [from.mean, Math.exp(from.logSpread)]])
    put(to)
    const left = gradient(points, to)
    return Math.hypot(left.mean, left.logSpread) > 1e-3
  }
  useFrames(climbing, () => {
    if (!step()) setClimbing(false)
  })
  const start = (): void => {
    if (!calm()) {
      setClimbing(true)
      return
    }
    let left = 2000
    while (left > 0 && step()) left -= 1
  }
  const curve = sampled((x) => normalDensity((x - at.mean) / state.spread.value) / state.spread.value, LINE)

  return (
    <>
      <Prose>
        <p>
          A model with parameters θ gives every point a density. The <strong>likelihood</strong> of θ is the density of
          all the data under it, and the best θ is the one under which the data are least surprising:
        </p>
        <Tex block>
          {
            '\\begin{aligned}\\theta^* &= \\arg\\max_\\theta \\prod_i p(x^i; \\theta) = \\arg\\max_\\theta \\sum_i \\log p(x^i; \\theta)\\\\ &\\approx \\arg\\max_\\theta\\, \\mathbb{E}_{x \\sim p_{\\text{data}}} \\left[\\log p(x; \\theta)\\right]\\end{aligned}'
          }
        </Tex>
        <p>
          The logarithm changes no maximum, and it turns a product of tiny numbers into a sum: a bar for each point, of
          which one that the model thinks impossible can be long enough to outweigh all others.
        </p>
      </Prose>
      <Widget
        title="A normal and six points"
        hint="Drag the points, or move μ and σ. Every point has a bar of length −log p(x): the longer, the more surprised is the model."
        controls={
          <>
            <Slider
              label="μ"
              value={state.mean.value}
              min={-5}
              max={5}
              step={0.01}
              format={(v) => show(v)}
              onInput={(v) => {
                moved()
                state.mean.value = v
              }}
            />
            <Slider
              label="σ"
              value={state.spread.value}
              min={SPREADS[0]}
              max={SPREADS[1]}
              step={0.01}
              format={(v) => show(v)}
              onInput={(v) => {
                moved()
                state.spread.value = v
              }}
            />
            <div class="row">
              <Button kind="primary" onClick={climbing ? () => setClimbing(false) : start}>
                {climbing ? 'Stop' : 'Climb'}
              </Button>
              <Button onClick={() => void step()}>One step</Button>
            </div>
          </>
        }
      >
        <Columns>
          <div>
            <p class="plane-title">The density p(x; μ, σ)</p>
            <Plane
              x={LINE}
              y={[0, 1]}
              aspect={1.7}
              label="The model’s density over the line, with the points below it"
              xLabel="x"
            >
              <Area points={curve} />
              <Line points={curve} />
              {points.map((x, i) => (
                <Line
                  key={`line${i}`}
                  points={[
                    [x, 0],
                    [x, Math.exp(parts[i]!)],
                  ]}
                  token="data"
                  width={1.5}
                />
              ))}
              {points.map((x, i) => (
                <Handle
                  key={`point${i}`}
                  at={[x, 0.025]}
                  along="x"
                  token="data"
                  label={`Point ${i + 1}`}
                  onMove={([to]) => {
                    state.data.value = points.map((old, k) => (k === i ? to : old))
                  }}
                />
              ))}
            </Plane>
          </div>
          <div>
            <p class="plane-title">−log p(x) of each point, in nats</p>
            <Plane
              x={[0, Math.max(12, ...parts.map((part) => -part)) * 1.25]}
              y={[points.length + 0.5, 0.5]}
              aspect={1.7}
              ticks={false}
              label="The surprise −log p of each point, as bars"
            >
              <Bars values={parts.map((part) => -part)} />
            </Plane>
          </div>
        </Columns>
        <Columns>
          <Readout
            rows={[
              { name: 'log-likelihood Σ log p(x)', value: show(total), strong: true },
              { name: 'the highest there is', value: show(bestTotal) },
              { name: '∂/∂μ of the mean', value: show(slope.mean, 3) },
              { name: '∂/∂ ln σ of the mean', value: show(slope.logSpread, 3) },
            ]}
          />
          <Readout
            rows={[
              { name: 'μ now', value: show(at.mean, 3) },
              { name: 'best μ, the mean of the points', value: show(best.mean, 3) },
              { name: 'σ now', value: show(state.spread.value, 3) },
              { name: 'best σ, their standard deviation', value: show(Math.exp(best.logSpread), 3) },
            ]}
          />
        </Columns>
        <Announce>{`The log-likelihood is ${show(total)}, the highest possible ${show(bestTotal)}`}</Announce>
      </Widget>
      <Prose>
        <h2>The hill that gradient ascent climbs</h2>
        <p>
          For a normal the top is known: the mean and the standard deviation of the data. A flow’s likelihood has
          thousands of parameters and no such formula, but its gradient is exact as well; so training does what the
          button does, with a part of the data at each step.
        </p>
      </Prose>
      <Widget
        title="The log-likelihood of every μ and σ"
        hint="The bluer, the higher. Press anywhere to start from there, then climb."
      >
        <div class="narrow">
          <Plane
            x={LINE}
            y={[0, 4]}
            aspect={1.5}
            label="The log-likelihood over μ and σ"
            xLabel="μ"
            yLabel="σ"
            onPoint={([mean, spread]) => {
              moved()
              put({ mean: Math.min(5, Math.max(-5, mean)), logSpread: Math.log(Math.max(SPREADS[0], spread)) })
            }}
          >
            <DensityField
              f={([mean, spread]) =>
                Math.exp(
                  (meanLogLikelihood(points, { mean, logSpread: Math.log(Math.max(0.05, spread)) }) -
                    meanLogLikelihood(points, best)) *
                    1.5,
                )
              }
              token="model"
              top={1}
              depends={points.join()}
            />
            <Line points={[...path, [at.mean, state.spread.value]]} token="accent-2" />
            <Line
              points={[
                [best.mean - 0.12, Math.exp(best.logSpread)],
                [best.mean + 0.12, Math.exp(best.logSpread)],
              ]}
              token="text"
            />
            <Line
              points={[
                [best.mean, Math.exp(best.logSpread) - 0.07],
                [best.mean, Math.exp(best.logSpread) + 0.07],
              ]}
              token="text"
            />
            <Handle
              at={[at.mean, state.spread.value]}
              label="The parameters μ and σ"
              token="accent-2"
              within={{ x: LINE, y: SPREADS }}
              says={`μ ${show(at.mean)}, σ ${show(state.spread.value)}`}
              onMove={([mean, spread]) => {
                moved()
                put({ mean, logSpread: Math.log(spread) })
              }}
            />
          </Plane>
        </div>
      </Widget>
    </>
  )
}

function Bars({ values }: { values: readonly number[] }) {
  const { x, y, domainX } = useScales()
  return (
    <g>
      {values.map((value, i) => {
        const [top, bottom] = [y(i + 0.68), y(i + 1.32)]
        const end = x(value)
        return (
          <g key={i}>
            <rect
              x={Math.min(x(0), end)}
              y={Math.min(top, bottom)}
              width={Math.max(1, Math.abs(end - x(0)))}
              height={Math.abs(bottom - top)}
              rx="3"
              fill="var(--data)"
              opacity="0.85"
            />
            <Label at={[Math.max(0, Math.min(value, domainX[1])), i + 1]} dx={6} dy={4}>
              {show(value)}
            </Label>
          </g>
        )
      })}
    </g>
  )
}
