import { Rng } from '@ebbflow/core'
import { useMemo, useState } from 'preact/hooks'
import { Button } from '../../ui/button.js'
import { Select } from '../../ui/select.js'
import { Slider } from '../../ui/slider.js'
import { useReady } from '../flow/engine.js'
import { calm, useFrames } from '../frame/motion.js'
import { Announce, Columns, Prose, Readout, Widget } from '../frame/parts.js'
import { scientific, show } from '../frame/show.js'
import { type Codec, number, usePageState } from '../frame/state.js'
import { Tex } from '../frame/tex.js'
import type { Point } from '../maths/linear.js'
import { flatten, gridLines, unflatten } from '../plot/grid.js'
import { Dots, GridLines } from '../plot/marks.js'
import { Plane } from '../plot/plane.js'
import { between, KINDS, type Kind, kindName, type Part, parts, travel } from './run.js'
import './chain.css'

const RANGE: Point = [-5, 5]
const GRID = gridLines([-3, 3], [-3, 3], 12, 30)
const COUNT = 500
const START: readonly Part[] = [
  { kind: 'affine', seed: 1 },
  { kind: 'turn', seed: 1 },
  { kind: 'spline', seed: 2 },
  { kind: 'radial', seed: 3 },
]
const chainCodec: Codec<readonly Part[]> = { initial: START, parse: parts.parse, format: parts.format }
const MOST = 8

const NOISE = Rng.seed(1).values('normal', 2 * COUNT)
const ROWS = Float64Array.from([...flatten(GRID), ...NOISE])
const GRID_SIZE = ROWS.length - NOISE.length

/** Page 5: a chain of invertible functions to build and run. */
export function ChainPage() {
  const state = usePageState({ chain: chainCodec, at: number(START.length, { min: 0, max: MOST }) })
  const is = useReady()
  const chain = state.chain.value
  const [kind, setKind] = useState<Kind>('planar')
  const [direction, setDirection] = useState<1 | -1 | 0>(0)
  const written = parts.format(chain)

  const way = useMemo(() => {
    if (!is) return undefined
    const there = travel(chain, ROWS, 'forward')
    const back = travel(chain, there.stages[chain.length]!, 'inverse')
    // the way back is shown from what the inverses found, not from what forward had passed
    return { there: there.stages, back: [...back.stages].reverse() }
  }, [is, written])

  const at = Math.min(chain.length, state.at.value)
  useFrames(direction !== 0, (seconds) => {
    const next = Math.min(chain.length, Math.max(0, state.at.peek() + direction * 0.9 * seconds))
    state.at.value = next
    if (next === 0 || next === chain.length) setDirection(0)
  })
  const go = (to: 1 | -1): void => {
    if (calm()) state.at.value = to === 1 ? chain.length : 0
    else {
      state.at.value = to === 1 && at >= chain.length ? 0 : to === -1 && at <= 0 ? chain.length : at
      setDirection(to)
    }
  }
  const change = (next: readonly Part[]): void => {
    setDirection(0)
    state.chain.value = next
    state.at.value = Math.min(state.at.value, next.length)
  }
  const shown = way && between(direction === -1 ? way.back : way.there, at)
  const error = way
    ? way.back[0]!.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ROWS[i]!)), 0)
    : Number.NaN
  const step = Math.floor(at)
  const where =
    at === 0
      ? 'z, before the first layer'
      : at === chain.length
        ? 'x, after the last layer'
        : step === at
          ? `after layer ${step}`
          : `within layer ${step + 1}`

  return (
    <>
      <Prose>
        <p>
          One simple invertible map bends space a little. A chain of them bends it as much as you like, and it is
          invertible because every link is: to undo the chain, undo its links in reverse.
        </p>
        <Tex block>
          {
            'x = f_K \\circ \\dots \\circ f_2 \\circ f_1(z), \\qquad z = f_1^{-1} \\circ f_2^{-1} \\circ \\dots \\circ f_K^{-1}(x)'
          }
        </Tex>
        <p>
          That is a <strong>flow model</strong>: noise flows forward to data, data flow back to noise, through the same
          layers.
        </p>
      </Prose>
      <Widget
        title="Build a chain and run it"
        hint="The grid and 500 normal points flow through Ebbflow’s layers. Add, remove, move or shuffle them; run forward, then back."
        controls={
          <>
            <Slider
              label="Where the points are"
              value={at}
              min={0}
              max={Math.max(1, chain.length)}
              step={0.01}
              format={() => where}
              onInput={(v) => {
                setDirection(0)
                state.at.value = v
              }}
            />
            <div class="row">
              <Button kind="primary" disabled={chain.length === 0} onClick={() => go(1)}>
                Forward ▶
              </Button>
              <Button disabled={chain.length === 0} onClick={() => go(-1)}>
                ◀ Back
              </Button>
            </div>
          </>
        }
      >
        <Columns>
          <div>
            <p class="plane-title">
              {!way ? 'Loading Ebbflow…' : at === 0 ? 'z' : at === chain.length ? 'x' : `on the way: ${where}`}
            </p>
            <Plane x={RANGE} y={RANGE} label={`Grid and points, ${where}`}>
              {shown && (
                <>
                  <GridLines lines={unflatten(shown.subarray(0, GRID_SIZE), GRID)} token="model" opacity={0.55} />
                  <Dots
                    points={Array.from(
                      { length: COUNT },
                      (_, i): Point => [shown[GRID_SIZE + 2 * i]!, shown[GRID_SIZE + 2 * i + 1]!],
                    )}
                  />
                </>
              )}
            </Plane>
          </div>
          <div class="stack">
            <ol class="links">
              {chain.map((part, i) => (
                <li key={`${i}${part.kind}${part.seed}`} class={i < at ? 'passed' : undefined}>
                  <span>
                    f<sub>{i + 1}</sub> {kindName(part.kind)}
                  </span>
                  <span class="row">
                    <Button
                      kind="quiet"
                      label={`Move layer ${i + 1} up`}
                      disabled={i === 0}
                      onClick={() => change(swapped(chain, i - 1))}
                    >
                      ↑
                    </Button>
                    <Button
                      kind="quiet"
                      label={`Shuffle layer ${i + 1}`}
                      onClick={() => change(chain.map((old, k) => (k === i ? { ...old, seed: old.seed + 1 } : old)))}
                    >
                      ⟳
                    </Button>
                    <Button
                      kind="quiet"
                      label={`Remove layer ${i + 1}`}
                      disabled={chain.length === 1}
                      onClick={() => change(chain.filter((_, k) => k !== i))}
                    >
                      ✕
                    </Button>
                  </span>
                </li>
              ))}
            </ol>
            <div class="add">
              <Select
                label="Another layer"
                value={kind}
                options={KINDS.map((value) => ({ value, label: kindName(value) }))}
                onChange={setKind}
              />
              <Button
                disabled={chain.length >= MOST}
                onClick={() => change([...chain, { kind, seed: chain.length + 1 }])}
              >
                Add
              </Button>
            </div>
            <Readout
              rows={[
                { name: 'layers', value: String(chain.length) },
                { name: 'largest |f⁻¹(f(z)) − z|', value: scientific(error), strong: true },
              ]}
            />
            <p class="small muted">
              The way back is computed by the inverses alone, starting from x; that they end where the points began is
              the proof.
            </p>
          </div>
        </Columns>
        <Announce>{`${chain.length} layers, ${where}; round trip error ${show(Math.log10(error), 0)} as a power of ten`}</Announce>
      </Widget>
    </>
  )
}

/** The chain with parts i and i + 1 exchanged. */
const swapped = (chain: readonly Part[], i: number): readonly Part[] => [
  ...chain.slice(0, i),
  chain[i + 1]!,
  chain[i]!,
  ...chain.slice(i + 2),
]
