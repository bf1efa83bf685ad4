import { Canvas } from '../ui/canvas.js'
import { draggable } from '../ui/drag.js'
import { Figure } from '../ui/figure.js'
import { drawDensity, drawGrid, drawPoints, drawTicks, scales } from './draw.js'
import { density, look, place, samples } from './pictures.js'
import { plane, source } from './store.js'

const SHOWN = 3000

/** The first rows of two columns, x and y by turns. */
function interleaved([x, y]: readonly Float64Array[], most: number): Float32Array {
  const count = Math.min(most, x!.length)
  const out = new Float32Array(2 * count)
  for (let i = 0; i < count; i++) out.set([x![i]!, y![i]!], 2 * i)
  return out
}

/** Data, samples and density side by side. */
export function Stage() {
  return (
    <div class="stage">
      <Figure title="Data" caption={source.value?.about}>
        <Canvas
          label={`Scatter plot of the data: ${source.value?.title ?? 'loading'}`}
          draw={(surface) => {
            const window = plane.value
            if (!window || !source.value) return
            drawGrid(surface, window)
            drawPoints(surface, window, interleaved(source.value.columns, SHOWN), 'data')
            drawTicks(surface, window)
          }}
        />
      </Figure>
      <Figure title="Samples" caption="Draws of the base, carried through the flow.">
        <Canvas
          label="Scatter plot of samples of the flow"
          draw={(surface) => {
            const window = plane.value
            if (!window || !samples.value) return
            drawGrid(surface, window)
            drawPoints(surface, window, samples.value, 'model')
            drawTicks(surface, window)
          }}
        />
      </Figure>
      <Figure title="Density" caption="p(x) of the flow; darker is likelier, by its square root.">
        <Canvas
          label="The flow's density as a heat map"
          class="touchable"
          {...pointer}
          draw={(surface) => {
            const window = plane.value
            if (!window || !density.value) return
            drawGrid(surface, window)
            drawDensity(surface, density.value.logProb, density.value.size)
            drawTicks(surface, window)
          }}
        >
          <Mark />
        </Canvas>
      </Figure>
    </div>
  )
}

/** The row that is looked at, as shares of the picture's width and height. */
function placeNow() {
  const window = plane.value
  const at = place.value
  if (!window || at?.length !== 2) return { x: 0.5, y: 0.5 }
  const to = scales(window, { width: 1, height: 1 })
  return { x: to.x(at[0]!), y: to.y(at[1]!) }
}

const handlers = draggable(placeNow, ({ x, y }) => {
  const window = plane.value
  if (!window) return
  const to = scales(window, { width: 1, height: 1 })
  look([to.fromX(x), to.fromY(y)])
})
const { onKeyDown, ...pointer } = handlers

/** The mark that is dragged; it takes the arrow keys. */
function Mark() {
  if (!plane.value || !place.value) return null
  const { x, y } = placeNow()
  return (
    <button
      type="button"
      class="mark"
      aria-label={`The point that is looked at: ${place.value.map((v) => v.toFixed(2)).join(', ')}. Arrow keys move it.`}
      style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
      onKeyDown={onKeyDown}
    />
  )
}
