import { signal } from '@preact/signals'
import { Button } from '../ui/button.js'
import { Card } from '../ui/card.js'
import type { Verification } from '../worker/protocol.js'
import { layerTitle } from './layer-names.js'
import { phase, stepNow, worker } from './store.js'

const report = signal<{ readonly at: number; readonly found: Verification } | undefined>(undefined)
const state = signal<'idle' | 'running' | { readonly wrong: string }>('idle')

async function run(): Promise<void> {
  state.value = 'running'
  try {
    const found = await worker().ask('verify', null)
    report.value = { at: stepNow.value, found }
    state.value = 'idle'
  } catch (error) {
    state.value = { wrong: (error as Error).message }
  }
}

const figure = (x: number | null): string => (x === null ? '–' : x === 0 ? '0' : x.toExponential(1).replace('-', '−'))

/** Whether the flow can be trusted, layer by layer in double precision. */
export function VerifyView() {
  const now = state.value
  return (
    <Card
      title="Verify"
      actions={
        <Button disabled={now === 'running' || phase.value === 'opening'} onClick={() => void run()}>
          {now === 'running' ? 'Verifying…' : 'Verify in double precision'}
        </Button>
      }
    >
      <p class="hint">
        Each layer’s two directions must undo each other, its log-determinants must be those of its exact Jacobians,
        single precision must suffice, and the density must integrate to 1.
      </p>
      <div role="status">{report.value && <Report {...report.value} />}</div>
      {typeof now === 'object' && (
        <p class="failure" role="alert">
          {now.wrong}
        </p>
      )}
    </Card>
  )
}

function Report({ at, found }: { at: number; found: Verification }) {
  return (
    <>
      <p class={`verdict ${found.soundness}`}>{found.verdict}</p>
      <p class="hint">
        After step {at.toLocaleString('en')}, on {found.rows} rows that were held out
        {found.logProb !== null && `; log p in single precision is off by ${figure(found.logProb)} at most`}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reached by the keyboard */}
      <section class="scroller" tabIndex={0} aria-label="Report by layer">
        <table>
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Verdict</th>
              <th scope="col">Round trip</th>
              <th scope="col">log|det|</th>
              <th scope="col">Condition</th>
              <th scope="col">Single</th>
            </tr>
          </thead>
          <tbody>
            {found.layers.map((layer, k) => (
              <tr key={layer.path}>
                <th scope="row">
                  {k + 1}. {layerTitle(layer.type)}
                </th>
                <td class={layer.soundness}>{layer.soundness}</td>
                <td>{figure(layer.roundTrip)}</td>
                <td>{figure(layer.logDet)}</td>
                <td>{figure(layer.condition)}</td>
                <td>{figure(layer.single)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}
