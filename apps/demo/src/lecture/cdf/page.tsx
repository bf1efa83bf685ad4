import { randomLcg } from 'd3-random'
import { useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import { calm, useFrames } from '../frame/motion.js'
import { Announce, Choices, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { Area, Dots, Line, sampled } from '../plot/marks.js'
import { Plane, useScales } from '../plot/plane.js'
import { cdf, type Drawn, density, drawn, quantile } from './drawn.js'
import { Pen } from './pen.js'

const RANGE: Point = [0, 10]
const KNOTS = 41
const BINS = 50

const shape = (f: (x: number) => number): number[] =>
  Array.from({ length: KNOTS }, (_, i) => Number(Math.max(0, Math.min(1, f((10 * i) / (KNOTS - 1)))).toFixed(2)))
const bump = (x: number, at: number, width: number): number => Math.exp(-(((x - at) / width) ** 2) / 2)

const PRESETS = {
  'two hills': shape((x) => 0.9 * bump(x, 2.8, 0.9) + 0.5 * bump(x, 7, 1.2)),
  skewed: shape((x) => 0.6 * x * Math.exp(-x / 1.8)),
  flat: shape((x) => (x > 1 && x < 9 ? 0.5 : 0)),
  comb: shape((x) => 0.45 + 0.4 * Math.cos(2.5 * x)),
}
type Preset = keyof typeof PRESETS
const FIRST: Preset = 'two hills'

/** A uniform on its way: along the height u to the curve, then down to x. */
interface Falling {
  readonly u: number
  readonly x: number
  /** From 0 at the left edge, over 1 at the curve, to 2 on the ground. */
  progress: number
}

/** Page 3: sampling by the inverse of the distribution function. */
export function CdfSampling() {
  const state = usePageState({ heights: numbers(PRESETS[FIRST], { min: 0, max: 1 }) })
  const raw = state.heights.value
  const p = drawn(raw, RANGE[0], RANGE[1])
  const [samples, setSamples] = useState<readonly number[]>([])
  const [falling, setFalling] = useState<readonly Falling[]>([])
  const source = useRef(randomLcg(0.618))

  const draw = (next: readonly number[]): void => {
    setSamples([])
    setFalling([])
    // a density needs mass somewhere
    if (next.some((h) => h > 0)) state.heights.value = next
  }
  const drop = (n: number): void => {
    const us = Array.from({ length: n }, () => source.current())
    const landing = us.map((u) => quantile(p, u))
    if (n > 20 || calm()) {
      setSamples((before) => [...before, ...landing].slice(-20_000))
      setFalling(n > 20 ? [] : us.map((u, i) => ({ u, x: landing[i]!, progress: 2 })))
      return
    }
    setFalling((before) => [
      ...before.filter(({ progress }) => progress < 2),
      ...us.map((u, i) => ({ u, x: landing[i]!, progress: -0.25 * i })),
    ])
  }
  useFrames(
    falling.some(({ progress }) => progress < 2),
    (seconds) => {
      const moved = falling.map((each) => ({ ...each, progress: Math.min(2, each.progress + 1.6 * seconds) }))
      const landed = moved.filter((each, i) => each.progress >= 2 && falling[i]!.progress < 2)
      if (landed.length > 0) setSamples((before) => [...before, ...landed.map(({ x }) => x)])
      setFalling(moved.every(({ progress }) => progress >= 2) ? moved.slice(-10) : moved)
    },
  )
  const top = Math.max(...p.heights) * 1.25
  const preset = (Object.keys(PRESETS) as Preset[]).find((name) => PRESETS[name].join() === raw.join())
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length
  const expected = expectation(p)

  return (
    <>
      <Prose>
        <p>
          How does one draw from a density at all? Computers make uniform numbers. In one dimension these are enough:
          the <strong>cumulative distribution function</strong> adds up the density from the left,
        </p>
        <Tex block>{'F_X(x) = \\int_{-\\infty}^{x} f_X(u)\\, du,'}</Tex>
        <p>
          rising from 0 to 1. Draw <Tex>{'z \\sim U(0, 1)'}</Tex>, a height, and return <Tex>{'F_X^{-1}(z)'}</Tex>, the
          place where the curve has that height. Where the density is high the curve is steep, and a steep stretch
          catches many heights.
        </p>
      </Prose>
      <Widget
        title="Draw a density, then drop uniforms through F⁻¹"
        hint="Draw in the upper picture with pointer or finger. By keyboard: arrow keys left and right move the pen, up and down raise or lower the density there."
        controls={
          <div class="row">
            <Button kind="primary" onClick={() => drop(1)}>
              Drop one
            </Button>
            <Button onClick={() => drop(10)}>Drop ten</Button>
            <Button onClick={() => drop(1000)}>Drop a thousand</Button>
            <Button
              kind="quiet"
              disabled={samples.length === 0}
              onClick={() => {
                setSamples([])
                setFalling([])
              }}
            >
              Clear
            </Button>
          </div>
        }
      >
        <Choices
          label="Start from"
          value={preset ?? ('' as Preset)}
          options={(Object.keys(PRESETS) as Preset[]).map((value) => ({ value, label: value }))}
          onChange={(name) => draw(PRESETS[name])}
        />
        <div class="stack narrow">
          <div>
            <p class="plane-title">The density f, and the histogram of what was drawn</p>
            <Plane x={RANGE} y={[0, top]} aspect={2.6} label="The density, and the histogram of the samples">
              <Histogram samples={samples} />
              <Area points={sampled((x) => density(p, x), RANGE)} opacity={samples.length > 0 ? 0 : 0.2} />
              <Line points={sampled((x) => density(p, x), RANGE)} width={2.5} />
              <Pen heights={raw} onDraw={draw} top={top} scale={p.heights} />
            </Plane>
          </div>
          <div>
            <p class="plane-title">Its distribution function F: a height z goes right to the curve, then down to x</p>
            <Plane
              x={RANGE}
              y={[0, 1]}
              aspect={2.6}
              label="The distribution function, with the uniforms that fall through it"
              xLabel="x"
              yLabel="z"
            >
              <Line points={sampled((x) => cdf(p, x), RANGE)} width={2.5} />
              <Falls falling={falling} />
              <Dots points={samples.slice(-400).map((x): Point => [x, 0.012])} radius={2} opacity={0.5} />
            </Plane>
          </div>
        </div>
        <Readout
          rows={[
            { name: 'samples', value: String(samples.length), strong: true },
            { name: 'their mean', value: samples.length > 0 ? show(mean, 3) : '–' },
            { name: 'the density’s mean', value: show(expected, 3) },
          ]}
        />
        <Announce>{`${samples.length} samples`}</Announce>
      </Widget>
      <Prose>
        <p>
          In one dimension this is the whole of generative modelling: learn F, invert it, done. In two or more there is
          no “from the left”, and the question becomes which maps can take the place of F⁻¹.
        </p>
      </Prose>
    </>
  )
}

/** ∫ x p(x) dx, exactly: Simpson's rule is exact for the cubics between knots. */
function expectation(p: Drawn): number {
  let sum = 0
  for (let i = 0; i + 1 < p.knots.length; i++) {
    const [a, b] = [p.knots[i]!, p.knots[i + 1]!]
    const m = (a + b) / 2
    sum += ((b - a) / 6) * (a * p.heights[i]! + 4 * m * density(p, m) + b * p.heights[i + 1]!)
  }
  return sum
}

function Histogram({ samples }: { samples: readonly number[] }) {
  const { x, y } = useScales()
  if (samples.length === 0) return null
  const counts = new Array<number>(BINS).fill(0)
  const width = (RANGE[1] - RANGE[0]) / BINS
  for (const value of samples) counts[Math.min(BINS - 1, Math.floor((value - RANGE[0]) / width))]! += 1
  const d = counts
    .map((count, i) => {
      if (count === 0) return ''
      const height = count / (samples.length * width)
      const [left, right] = [x(RANGE[0] + i * width), x(RANGE[0] + (i + 1) * width)]
      return `M${left.toFixed(1)} ${y(0)}V${y(height).toFixed(1)}H${(right - 1).toFixed(1)}V${y(0)}Z`
    })
    .join('')
  return <path d={d} fill="var(--data)" fill-opacity="0.55" />
}

function Falls({ falling }: { falling: readonly Falling[] }) {
  return (
    <g>
      {falling.map(({ u, x, progress }, i) => {
        if (progress < 0) return null
        const across = Math.min(1, progress) * x
        const down = progress > 1 ? u * (2 - progress) : u
        return (
          <g key={`${u}${i}`}>
            <Line
              points={
                progress > 1
                  ? [
                      [0, u],
                      [x, u],
                      [x, down],
                    ]
                  : [
                      [0, u],
                      [across, u],
                    ]
              }
              token="data"
              width={1.5}
              opacity={progress >= 2 ? 0.35 : 0.9}
            />
            <Dots points={[[progress > 1 ? x : across, down]]} radius={4.5} opacity={1} />
          </g>
        )
      })}
    </g>
  )
}
