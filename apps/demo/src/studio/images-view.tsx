import { Canvas, type Surface } from '../ui/canvas.js'
import { Figure } from '../ui/figure.js'
import { samples } from './pictures.js'
import { source } from './store.js'

const ACROSS = 12
const DOWN = 6

/** Rows that are images: data above, samples below. */
export function ImagesView() {
  const side = source.value?.side ?? 1
  return (
    <div class="images">
      <Figure title="Data" caption={source.value?.about}>
        <Canvas
          aspect={ACROSS / DOWN}
          label={`${ACROSS * DOWN} images of the data`}
          draw={(surface) => {
            const columns = source.value?.columns
            if (columns) drawImages(surface, side, (row, pixel) => columns[pixel]![row]!)
          }}
        />
      </Figure>
      <Figure title="Samples" caption="Draws of the base, carried through the flow.">
        <Canvas
          aspect={ACROSS / DOWN}
          label={`${ACROSS * DOWN} images that the flow draws`}
          draw={(surface) => {
            const rows = samples.value
            if (rows) drawImages(surface, side, (row, pixel) => rows[row * side * side + pixel]!)
          }}
        />
      </Figure>
    </div>
  )
}

function drawImages(
  { context, width, height }: Surface,
  side: number,
  level: (row: number, pixel: number) => number,
): void {
  const image = new ImageData(ACROSS * side, DOWN * side)
  for (let at = 0; at < ACROSS * DOWN; at++)
    for (let pixel = 0; pixel < side * side; pixel++) {
      const x = (at % ACROSS) * side + (pixel % side)
      const y = Math.floor(at / ACROSS) * side + Math.floor(pixel / side)
      const grey = 255 * Math.min(1, Math.max(0, level(at, pixel)))
      image.data.set([grey, grey, grey, 255], 4 * (y * ACROSS * side + x))
    }
  const small = new OffscreenCanvas(image.width, image.height)
  small.getContext('2d')!.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = false
  context.drawImage(small, 0, 0, width, height)
}
