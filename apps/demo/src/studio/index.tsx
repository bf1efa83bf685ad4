import { effect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { route } from '../app/router.js'
import { CornerPlot } from './corner-plot.js'
import { DataPanel } from './data-panel.js'
import { ImagesView } from './images-view.js'
import { LayersView } from './layers-view.js'
import { LossChart } from './loss-chart.js'
import { ModelPanel } from './model-panel.js'
import { watchPictures } from './pictures.js'
import { PointView } from './point-view.js'
import { Stage } from './stage.js'
import { failure, opened, phase, planar, source } from './store.js'
import './studio.css'
import { TakeView } from './take-view.js'
import { TrainingPanel } from './training-panel.js'
import { Transport } from './transport.js'
import { VerifyView } from './verify-view.js'
import { beginVisit, followAddress } from './visit.js'

/** What suits the data: pictures of the plane, of images, or of many columns. */
function See() {
  useEffect(watchPictures, [])
  if (planar.value) return <Stage />
  return source.value?.side ? <ImagesView /> : <CornerPlot />
}

/** The studio: pick data, train a flow, see it. */
export function Studio() {
  useEffect(() => {
    void beginVisit()
    return effect(() => {
      void route.value
      // an address that changed while the flow was opened is followed then
      void opened.value
      // it may change the address itself, which an effect must not
      queueMicrotask(() => void followAddress())
    })
  }, [])
  // Jacobians of images are too large to look at
  const many = !planar.value && !source.value?.side
  return (
    <div class="page studio">
      <h1 class="visually-hidden">Studio</h1>
      <aside class="panels" aria-label="Settings">
        <DataPanel />
        <ModelPanel />
        <TrainingPanel />
      </aside>
      <div class="bench">
        <Transport />
        {phase.value === 'failed' && (
          <p class="failure" role="alert">
            {failure.value}
          </p>
        )}
        <See />
        <LossChart />
        <div class="looks">
          <div class="stack">
            {planar.value ? <LayersView /> : many && <PointView />}
            {(planar.value || !many) && <VerifyView />}
          </div>
          <div class="stack">
            {planar.value ? <PointView /> : many && <VerifyView />}
            <TakeView />
          </div>
        </div>
      </div>
    </div>
  )
}
