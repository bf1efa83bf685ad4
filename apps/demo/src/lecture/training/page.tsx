import type { ToyName } from '@ebbflow/flows'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { toyNames, toySource, toyTitle } from '../../data/toys.js'
import { Button } from '../../ui/button.js'
import { Select } from '../../ui/select.js'
import { Announce, Columns, Legend, Prose, Readout, Widget } from '../frame/parts.js'
import { show } from '../frame/show.js'
import { choice, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { DensityField } from '../plot/density-field.js'
import { Dots, Label, Line } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { HALF, pointsOf, topFirst } from './pictures.js'
import { FLOWS, type FlowName, newest, useTraining } from './session.js'

const STEPS = 3000
const SIZE = 72
const SAMPLES = 1200

/** Page 12: a flow trained while one watches. */
export function TrainingPage() {
  const state = usePageState({
    toy: choice<ToyName>('twoMoons', toyNames),
    flow: choice<FlowName>('nsf', Object.keys(FLOWS) as FlowName[]),
  })
  const training = useTraining()
  const toy = state.toy.value
  const half = HALF[toy]
  const range: Point = [-half, half]
  const source = useMemo(() => toySource(toy, 1), [toy])
  const data = useMemo(() => pointsOf(toy, SAMPLES), [toy])
  const [looks, setLooks] = useState<{ density: Float32Array; samples: Point[]; version: number } | undefined>(
    undefined,
  )

  const look = useMemo(
    () =>
      newest(
        async (window: number) => {
          const [density, samples] = await Promise.all([
            training.client.ask('density', { x: [-window, window], y: [-window, window], size: SIZE }),
            training.client.ask('samples', { count: SAMPLES, seed: 3 }),
          ])
          return { density: topFirst(density, SIZE), samples: pairs(samples) }
        },
        (found) => setLooks((before) => ({ ...found, version: (before?.version ?? 0) + 1 })),
        2,
      ),
    [],
  )
  useEffect(() => {
    void training.open(toy, state.flow.value).then(() => look(half))
  }, [toy, state.flow.value])

  const progress = training.progress.value
  const phase = training.phase.value
  useEffect(() => {
    if (progress) look(half)
  }, [progress])

  const entropy = source.entropy ?? Number.NaN
  const nll = progress?.heldNll ?? progress?.trainNll ?? Number.NaN
  const step = progress?.step ?? 0
  const history = training.history.value
  const top = entropy + 1.8
  const peak = looks ? quantile(looks.density, 0.985) : 1

  return (
    <>
      <Prose>
        <p>
          Everything comes together. Take a flow with parameters θ, a batch of data, and run the data back to noise;
          every layer adds its log-determinant on the way. The sum is log p(x; θ), exactly, and gradient ascent climbs
          its mean over the data, as on page 2:
        </p>
        <Tex block>
          {
            '\\max_\\theta\\; \\frac1n \\sum_{i=1}^n \\left[\\log p_Z\\left(f_\\theta^{-1}(x^i)\\right) + \\log\\left|\\det \\frac{\\partial f_\\theta^{-1}(x^i)}{\\partial x}\\right|\\right]'
          }
        </Tex>
        <p>
          No flow can do better than the <strong>entropy</strong> of the data’s own distribution: the mean negative
          log-likelihood sinks towards it, and what is left between them is the Kullback–Leibler divergence from data to
          model. For these toys the entropy is known, so you can see how much is left to learn.
        </p>
      </Prose>
      <Widget
        title="Train a flow"
        hint={`${source.about} Training runs in a worker, compiled to WebAssembly, ${STEPS.toLocaleString('en')} steps of 256 rows.`}
        controls={
          <>
            <Select
              label="Data"
              value={toy}
              options={toyNames.map((value) => ({ value, label: toyTitle(value) }))}
              onChange={(value) => (state.toy.value = value)}
            />
            <Select
              label="Flow"
              value={state.flow.value}
              options={(Object.keys(FLOWS) as FlowName[]).map((value) => ({ value, label: FLOWS[value].title }))}
              onChange={(value) => (state.flow.value = value)}
            />
            <div class="row">
              {phase === 'training' ? (
                <Button kind="primary" onClick={() => training.pause()}>
                  Pause
                </Button>
              ) : (
                <Button
                  kind="primary"
                  disabled={phase === 'opening' || step >= STEPS}
                  onClick={() => training.start({ steps: STEPS, learningRate: 2e-3, batchSize: 256 })}
                >
                  {step > 0 ? 'Go on' : 'Train'}
                </Button>
              )}
              <Button
                kind="quiet"
                disabled={phase === 'opening' || step === 0}
                onClick={() => void training.open(toy, state.flow.value).then(() => look(half))}
              >
                Start over
              </Button>
            </div>
          </>
        }
      >
        {phase === 'failed' && (
          <p class="verdict bad" role="alert">
            {training.message.value}
          </p>
        )}
        <Columns pair>
          <div>
            <p class="plane-title">The density of the model, and the data</p>
            <Plane x={range} y={range} label="The model’s density as a tint, with rows of the data">
              {looks && (
                <DensityField
                  values={looks.density}
                  token="model"
                  top={peak}
                  depends={String(looks.version)}
                  n={SIZE}
                />
              )}
              <Dots points={data} radius={1.4} opacity={0.5} />
            </Plane>
          </div>
          <div>
            <p class="plane-title">Samples of the model</p>
            <Plane x={range} y={range} label="Samples of the model">
              {looks && <Dots points={looks.samples} token="model" radius={1.4} opacity={0.6} />}
            </Plane>
          </div>
        </Columns>
        <Legend
          items={[
            { token: 'data', text: 'data' },
            { token: 'model', text: 'model' },
          ]}
        />
        <Columns>
          <div>
            <p class="plane-title">Mean negative log-likelihood, in nats</p>
            <Plane
              x={[0, STEPS]}
              y={[Math.min(entropy, 0) - 0.2 + Math.max(0, entropy - 0.6), top]}
              aspect={2}
              label="The negative log-likelihood over the steps"
              xLabel="step"
            >
              <Line
                points={[
                  [0, entropy],
                  [STEPS, entropy],
                ]}
                token="data"
                dash="5 4"
              />
              <Label at={[0.02 * STEPS, entropy]} dy={-6} token="data">
                entropy
              </Label>
              <Line points={history.map(({ step, nll }): Point => [step, nll])} width={1.5} />
            </Plane>
          </div>
          <Readout
            rows={[
              { name: 'steps', value: `${step.toLocaleString('en')} of ${STEPS.toLocaleString('en')}` },
              { name: 'steps a second', value: progress ? show(progress.rate, 0) : '–' },
              { name: 'NLL of rows held out', value: show(nll, 3), strong: true },
              { name: 'entropy of the data', value: show(entropy, 3) },
              { name: 'still to learn: the KL divergence, about', value: show(nll - entropy, 3), strong: true },
              { name: 'parameters', value: training.opened.value?.parameters.toLocaleString('en') ?? '–' },
            ]}
          />
        </Columns>
        <Announce>
          {phase === 'training'
            ? `Step ${step}, negative log-likelihood ${show(nll, 2)}`
            : phase === 'done'
              ? `Done: negative log-likelihood ${show(nll, 2)}, entropy ${show(entropy, 2)}`
              : ''}
        </Announce>
      </Widget>
      <Prose>
        <p>
          NICE keeps volumes in every layer but a last scaling, and it shows: compare it with the others on the same
          data. Then take your own data to the <a href="#/studio">studio</a>.
        </p>
      </Prose>
    </>
  )
}

const pairs = (rows: ArrayLike<number>): Point[] =>
  Array.from({ length: rows.length / 2 }, (_, i): Point => [rows[2 * i]!, rows[2 * i + 1]!])

function quantile(values: Float32Array, share: number): number {
  const sorted = Float32Array.from(values).sort()
  return Math.max(1e-6, sorted[Math.floor(share * (sorted.length - 1))]!)
}
