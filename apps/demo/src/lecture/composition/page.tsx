import { useEffect, useMemo, useState } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import type { Morph, Probe } from '../../worker/protocol.js'
import { Announce, Columns, Prose, Readout, Widget } from '../frame/parts.js'
import { show, signed } from '../frame/show.js'
import { numbers, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { DensityField } from '../plot/density-field.js'
import { Handle } from '../plot/handle.js'
import { Dots, GridLines, Label, Line } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { HALF, topFirst } from '../training/pictures.js'
import { newest, useTraining } from '../training/session.js'
import { TermBars } from './term-bars.js'

const TOY = 'twoMoons'
const RANGE: Point = [-HALF[TOY], HALF[TOY]]
const STAGE: Point = [-4, 4]
const STEPS = 1500
const SIZE = 64

/** Page 9: the terms of a log-density, layer by layer, in a flow trained here. */
export function CompositionPage() {
  const state = usePageState({ at: numbers([-0.5, 0.72], { min: RANGE[0], max: RANGE[1] }) })
  const training = useTraining()
  const [probe, setProbe] = useState<Probe | undefined>(undefined)
  const [morph, setMorph] = useState<Morph | undefined>(undefined)
  const [density, setDensity] = useState<{ values: Float32Array; version: number } | undefined>(undefined)
  const x = state.at.value as Point

  const ask = useMemo(() => {
    const { client } = training
    const probe = newest((at: readonly number[]) => client.ask('probe', { x: at }), setProbe)
    return {
      probe,
      looks: newest(
        () =>
          Promise.all([
            client.ask('density', { x: RANGE, y: RANGE, size: SIZE }),
            client.ask('morph', { points: 300 }),
          ]),
        ([values, found]) => {
          setDensity((before) => ({ values: topFirst(values, SIZE), version: (before?.version ?? 0) + 1 }))
          setMorph(found)
          probe(state.at.peek())
        },
        4,
      ),
    }
  }, [])
  const train = (): void => {
    void training.open(TOY, 'realNVP').then(() => {
      if (training.phase.value === 'ready') training.start({ steps: STEPS, learningRate: 2e-3, batchSize: 256 })
    })
  }
  useEffect(train, [])
  const phase = training.phase.value
  const progress = training.progress.value
  const asked = phase === 'opening' ? undefined : progress?.step
  useEffect(() => {
    if (asked === undefined) return
    ask.looks(undefined)
  }, [asked, phase])
  useEffect(() => {
    if (training.opened.value) ask.probe(x)
  }, [x])

  const terms = probe
    ? [
        { name: 'log p(z)', value: probe.logBase },
        ...probe.layers
          .filter(({ type }) => type !== 'permutation' && type !== 'reverse')
          .map(({ logDet }, i) => ({ name: `layer ${i + 1}`, value: -logDet })),
        { name: 'units', value: probe.logUnits },
      ]
    : []
  const total = terms.reduce((sum, { value }) => sum + value, 0)

  return (
    <>
      <Prose>
        <p>
          Put the last pages together. A chain <Tex>{'x = f_K \\circ \\dots \\circ f_1(z)'}</Tex> has the product of its
          layers’ Jacobians, the determinant of a product is the product of the determinants, and the logarithm makes a
          sum of it:
        </p>
        <Tex block>
          {
            '\\log p(x) = \\log p_Z(z) + \\sum_{i=1}^{K} \\log\\left|\\det \\frac{\\partial f_i^{-1}}{\\partial z_i}\\right|'
          }
        </Tex>
        <p>
          Noise becomes data, data become noise: on the way back the flow makes every distribution normal, hence the
          name <strong>normalizing flow</strong>.
        </p>
      </Prose>
      <Widget
        title="A point through a flow trained on this page"
        hint="A RealNVP of six couplings learns two moons while you watch. Drag x: its way back to the noise, and each layer’s term of log p(x), follow."
        controls={
          <div class="row">
            <Button
              kind="primary"
              disabled={phase === 'opening'}
              onClick={phase === 'training' ? () => training.pause() : train}
            >
              {phase === 'training' ? 'Pause' : 'Train again'}
            </Button>
            <span class="small muted">
              {phase === 'opening'
                ? 'Opening…'
                : `${(progress?.step ?? 0).toLocaleString('en')} of ${STEPS.toLocaleString('en')} steps`}
            </span>
          </div>
        }
      >
        {phase === 'failed' && (
          <p class="verdict bad" role="alert">
            {training.message.value}
          </p>
        )}
        <Columns pair>
          <div>
            <p class="plane-title">x, on the density that the flow has learned</p>
            <Plane
              x={RANGE}
              y={RANGE}
              label="The learned density with the point x"
              xLabel="x₁"
              yLabel="x₂"
              onPoint={(to) => (state.at.value = to)}
            >
              {density && (
                <DensityField
                  values={density.values}
                  token="model"
                  top={0.45}
                  depends={String(density.version)}
                  n={SIZE}
                />
              )}
              <Handle at={x} onMove={(to) => (state.at.value = to)} label="The point x" token="data" />
            </Plane>
          </div>
          <div>
            <p class="plane-title">its way back to z, on the noise</p>
            <Plane x={STAGE} y={STAGE} label="The noise, with the way of the point through the layers">
              {morph && <Dots points={pairs(morph.points[0]!)} token="accent-2" radius={1.6} opacity={0.35} />}
              {probe && <Way probe={probe} />}
            </Plane>
          </div>
        </Columns>
        <div>
          <p class="plane-title">log p(x), term by term, in nats</p>
          <TermBars terms={terms} />
        </div>
        <Columns>
          <Readout
            rows={[
              ...terms.map(({ name, value }) => ({ name, value: signed(value, 4) })),
              { name: 'their sum', value: show(total, 4), strong: true },
              { name: 'log p(x)', value: probe ? show(probe.logProb, 4) : '–', strong: true },
            ]}
          />
          <div class="stack">
            <p class="plane-title">Every stage, from noise to data</p>
            <div class="stages">
              {morph?.grid.stages.map((stage, k) => (
                <Stage key={k} stage={stage} morph={morph} k={k} probe={probe} />
              ))}
            </div>
            <p class="small muted">
              The same grid before the first layer and after each. <em>Units</em> is the fixed scaling of the data to
              standard deviation 1, a layer like the others.
            </p>
          </div>
        </Columns>
        <Announce>{probe ? `log p of x is ${show(probe.logProb, 2)}` : ''}</Announce>
      </Widget>
    </>
  )
}

const pairs = (rows: ArrayLike<number>): Point[] =>
  Array.from({ length: rows.length / 2 }, (_, i): Point => [rows[2 * i]!, rows[2 * i + 1]!])

/** Where the point is before the first layer and after each that does more than exchange values. */
const stagesOf = (probe: Probe): Point[] => [
  probe.settled as unknown as Point,
  ...probe.layers
    .filter(({ type }) => type !== 'permutation' && type !== 'reverse')
    .map(({ settled }) => settled as unknown as Point),
]

function Way({ probe }: { probe: Probe }) {
  const stages = stagesOf(probe)
  const last = stages.length - 1
  return (
    <g>
      <Line points={stages} token="data" width={1.5} />
      <Dots points={stages} radius={4} opacity={1} />
      <Label at={stages[0]!} dx={8} dy={-6}>
        z
      </Label>
      <Label at={stages[last]!} dx={8} dy={-6}>
        x, scaled
      </Label>
    </g>
  )
}

function Stage({ stage, morph, k, probe }: { stage: Float32Array; morph: Morph; k: number; probe: Probe | undefined }) {
  const points = pairs(stage)
  const starts = [...morph.grid.starts]
  const lines = starts
    .map((start, i) => points.slice(start, starts[i + 1] ?? points.length))
    .filter((_, i) => i % 2 === 0)
  const here = probe && stagesOf(probe)[k]
  return (
    <div class="stage">
      <Plane
        x={STAGE}
        y={STAGE}
        ticks={false}
        margin={2}
        label={k === 0 ? 'The grid over the noise' : `The grid after layer ${k}`}
      >
        <GridLines lines={lines} token="model" width={0.8} />
        {here && <Dots points={[here]} radius={3.5} opacity={1} />}
      </Plane>
      <p class="small muted">{k === 0 ? 'z' : `f${'₁₂₃₄₅₆₇₈₉'[k - 1] ?? ''}`}</p>
    </div>
  )
}
