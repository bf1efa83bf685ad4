import { Button } from '../ui/button.js'
import { open, pause, phase, play, progress, settings, source, stepNow, stepOnce } from './store.js'

const whole = (n: number): string => Math.round(n).toLocaleString('en')

const time = (seconds: number): string =>
  !Number.isFinite(seconds) ? '–' : seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`

/** Play, step, reset, and how far it has come. */
export function Transport() {
  const training = phase.value === 'training'
  const waiting = phase.value === 'opening'
  const now = progress.value
  const step = stepNow.value
  const entropy = source.value?.entropy
  const nll = now?.heldNll ?? now?.trainNll
  return (
    <div class="transport">
      <div class="row">
        <Button kind="primary" disabled={waiting} onClick={() => void (training ? pause() : play())}>
          <span aria-hidden="true">{training ? '❚❚' : '▶'}</span>
          {training ? 'Pause' : 'Train'}
        </Button>
        <Button disabled={waiting || training} onClick={() => void stepOnce()}>
          Step
        </Button>
        <Button disabled={waiting} onClick={() => void open()}>
          Reset
        </Button>
      </div>
      <dl class="readings">
        <Reading name="Step" id="step">
          {whole(step)} <span class="muted">/ {whole(Math.max(step, settings.value.steps))}</span>
        </Reading>
        <Reading name="NLL, held out" id="nll">
          {nll === undefined || !Number.isFinite(nll) ? '–' : nll.toFixed(3)}{' '}
          <span class="muted">nats{entropy === undefined ? '' : ` · entropy ${entropy.toFixed(3)}`}</span>
        </Reading>
        <Reading name="Speed" id="rate">
          {now && now.rate > 0 ? `${whole(now.rate)} steps/s` : '–'}
        </Reading>
        <Reading name="To go" id="eta">
          {training && now ? time(now.eta) : '–'}
        </Reading>
      </dl>
      <progress
        class="visually-hidden"
        value={step}
        max={settings.value.steps}
        aria-label={`Training: ${whole(step)} of ${whole(settings.value.steps)} steps`}
      />
    </div>
  )
}

function Reading({ name, id, children }: { name: string; id: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd data-reading={id}>{children}</dd>
    </div>
  )
}
