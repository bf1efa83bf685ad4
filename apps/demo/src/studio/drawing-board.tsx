import { signal } from '@preact/signals'
import { channels, colour } from '../app/theme.js'
import { blank, heart, paint, type Weights } from '../data/weights.js'
import { Button } from '../ui/button.js'
import { Canvas, type Surface } from '../ui/canvas.js'
import { draggable } from '../ui/drag.js'
import { Toggle } from '../ui/toggle.js'
import { drawing } from './sources.js'
import { reopen } from './store.js'

const cursor = signal({ x: 0.5, y: 0.5 })
const rubbing = signal(false)

const RADIUS = 2.2
const STRENGTH = 0.18

/** Adds a stroke where the cursor is. */
function stroke(): void {
  const board: Weights = { ...drawing.value, values: drawing.value.values.slice() }
  paint(board, cursor.value, RADIUS, rubbing.value ? -STRENGTH * 2 : STRENGTH)
  drawing.value = board
}

const { onKeyDown: _, ...pointer } = draggable(
  () => cursor.value,
  (to) => {
    cursor.value = to
    stroke()
  },
  () => void reopen(),
)

// arrows move without ink, unlike the pointer; space and enter paint
const { onKeyDown: move } = draggable(
  () => cursor.value,
  (to) => {
    cursor.value = to
  },
)

/** A board to draw a density on. */
export function DrawingBoard() {
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault()
      stroke()
    } else move(event)
  }
  const clear = (board: Weights): void => {
    drawing.value = board
    if (board.values.some((value) => value > 0)) void reopen()
  }
  return (
    <>
      <div class="canvas-frame">
        <Canvas label="The density that is drawn" class="touchable" draw={draw} {...pointer}>
          <button
            type="button"
            class="brush"
            aria-label="Brush: arrow keys move it, space paints, the density is learnt when you leave it"
            style={{ left: `${100 * cursor.value.x}%`, top: `${100 * cursor.value.y}%` }}
            onKeyDown={keyDown}
            onBlur={() => void reopen()}
          />
        </Canvas>
      </div>
      <p class="hint">Draw where rows shall be likely; more strokes, more rows.</p>
      <div class="row">
        <Toggle
          label="Rub out"
          checked={rubbing.value}
          onChange={(on) => {
            rubbing.value = on
          }}
        />
        <Button kind="quiet" onClick={() => clear(blank())}>
          Clear
        </Button>
        <Button kind="quiet" onClick={() => clear(heart())}>
          Heart
        </Button>
      </div>
    </>
  )
}

function draw({ context, width, height }: Surface): void {
  const { columns, rows, values } = drawing.value
  const [r, g, b] = channels('data')
  const image = new ImageData(columns, rows)
  for (const [i, value] of values.entries()) image.data.set([r, g, b, 235 * value], 4 * i)
  const small = new OffscreenCanvas(columns, rows)
  small.getContext('2d')!.putImageData(image, 0, 0)
  context.fillStyle = colour('surface')
  context.fillRect(0, 0, width, height)
  context.drawImage(small, 0, 0, width, height)
}
