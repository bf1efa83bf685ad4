import { type Structure, structureOf } from '@ebbflow/vis'
import { signal } from '@preact/signals'
import { Card } from '../ui/card.js'
import { Select } from '../ui/select.js'
import { Slider } from '../ui/slider.js'
import type { Probe } from '../worker/protocol.js'
import { JacobianMap } from './jacobian-map.js'
import { layerTitle } from './layer-names.js'
import { look, probe } from './pictures.js'
import { opened, source } from './store.js'

const STRUCTURES: Record<Structure, string> = {
  full: 'A full matrix',
  lower: 'Lower triangular: the determinant is the product of the diagonal',
  upper: 'Upper triangular: the determinant is the product of the diagonal',
  diagonal: 'Diagonal',
  permutation: 'One entry in each row and column: values change places',
  zero: 'Zero',
}

/** The layer whose Jacobian is shown; the whole flow's at first. */
const chosen = signal('whole')
const row = signal(0)

const shown = (x: number): string => (Object.is(x, -0) || Math.abs(x) < 5e-4 ? '0.000' : x.toFixed(3)).replace('-', '−')

/** What the flow makes of one row: its latent, density, each layer's log-determinant and Jacobian. */
export function PointView() {
  const seen = probe.value
  return <Card title="A point">{seen ? <Shown seen={seen} /> : <p class="hint">Waiting for the flow…</p>}</Card>
}

function Shown({ seen }: { seen: Probe }) {
  const names = opened.value?.columns.map(({ name }) => name) ?? []
  const total = seen.layers.reduce((sum, { logDet }) => sum + logDet, 0)
  const layer = seen.layers.find(({ path }) => path === chosen.value)
  const matrix = layer?.jacobian ?? seen.whole
  const structure = structureOf(matrix, 1e-5)
  return (
    <>
      {seen.x.length === 2 ? (
        <p class="hint">Drag the violet mark in the density, or move it with the arrow keys.</p>
      ) : (
        <RowChooser />
      )}
      <dl class="equation">
        <div>
          <dt>x</dt>
          <dd data-reading="x">({seen.x.map((v) => shown(v)).join(', ')})</dd>
        </div>
        <div>
          <dt>z = f⁻¹(x)</dt>
          <dd data-reading="z">({seen.z.map(shown).join(', ')})</dd>
        </div>
        <div>
          <dt>log p(x)</dt>
          <dd data-reading="logprob" data-step={seen.step}>
            {shown(seen.logProb)}{' '}
            <span class="muted">
              = {shown(seen.logBase)} − ({shown(total)})
              {Math.abs(seen.logUnits) > 1e-9 && ` + (${shown(seen.logUnits)})`}
            </span>
          </dd>
        </div>
      </dl>
      <p class="hint">log p(z) − Σ log|det J| of the layers + log|det| of the standardisation</p>
      <LogDets layers={seen.layers} />
      <Select
        label="Jacobian ∂out/∂in at this point"
        value={layer ? layer.path : 'whole'}
        options={[
          { value: 'whole', label: 'the whole flow, ∂x/∂z' },
          ...seen.layers.map(({ path, type }, k) => ({ value: path, label: `${k + 1}. ${layerTitle(type)}` })),
        ]}
        onChange={(path) => {
          chosen.value = path
        }}
      />
      <JacobianMap matrix={matrix} names={names} />
      <p class="hint">{STRUCTURES[structure]}.</p>
    </>
  )
}

/** Which row of the data is looked at. */
function RowChooser() {
  const columns = source.value?.columns ?? []
  const rows = columns[0]?.length ?? 1
  return (
    <Slider
      label="Row of the data"
      value={row.value}
      min={0}
      max={rows - 1}
      step={1}
      format={(n) => (n + 1).toLocaleString('en')}
      onInput={(n) => {
        row.value = n
        look(columns.map((column) => column[n]!))
      }}
    />
  )
}

/** Each layer's log-determinant as a bar from the middle. */
function LogDets({ layers }: { layers: Probe['layers'] }) {
  const most = Math.max(0.5, ...layers.map(({ logDet }) => Math.abs(logDet)))
  return (
    <ol class="logdets" aria-label="log|det J| of each layer at this point">
      {layers.map(({ path, type, logDet }) => (
        <li key={path}>
          <span>{layerTitle(type)}</span>
          <span class="bar" aria-hidden="true">
            <i
              class={logDet < 0 ? 'squeezes' : 'stretches'}
              style={{
                insetInlineStart: `${50 + Math.min(0, (50 * logDet) / most)}%`,
                inlineSize: `${(50 * Math.abs(logDet)) / most}%`,
              }}
            />
          </span>
          <span class="figure-value">{shown(logDet)}</span>
        </li>
      ))}
    </ol>
  )
}
