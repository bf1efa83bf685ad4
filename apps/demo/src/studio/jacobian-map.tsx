import { channels, colour } from '../app/theme.js'
import { Canvas, type Surface } from '../ui/canvas.js'
import type { Matrix } from '../worker/protocol.js'

/** Entries up to this many rows are written out. */
const WRITTEN = 4

/** A matrix as a heat map: blue above zero, orange below, by the cube root so that small entries show. */
export function JacobianMap({ matrix, names }: { matrix: Matrix; names: readonly string[] }) {
  const { rows, columns, values } = matrix
  return (
    <Canvas
      aspect={rows <= WRITTEN ? 2.2 : 1}
      label={`Jacobian of ${rows} by ${columns}: ${rows <= WRITTEN ? [...values].map((v) => v.toFixed(2)).join(', ') : `${names.join(', ')}`}`}
      draw={(surface) => draw(surface, matrix)}
      redraw={[matrix]}
    />
  )
}

function draw({ context, width, height }: Surface, { rows, columns, values }: Matrix): void {
  const most = values.reduce((top, v) => Math.max(top, Math.abs(v)), 1e-12)
  const gap = rows > 12 ? 0 : 2
  const [w, h] = [width / columns, height / rows]
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = `13px ${getComputedStyle(document.body).fontFamily}`
  values.forEach((value, i) => {
    const [x, y] = [(i % columns) * w, Math.floor(i / columns) * h]
    const [r, g, b] = channels(value < 0 ? 'data' : 'model')
    const strength = Math.abs(value) <= 1e-6 * most ? 0 : Math.cbrt(Math.abs(value) / most)
    context.fillStyle = colour('surface-2')
    context.fillRect(x + gap / 2, y + gap / 2, w - gap, h - gap)
    context.fillStyle = `rgb(${r} ${g} ${b} / ${0.75 * strength})`
    context.fillRect(x + gap / 2, y + gap / 2, w - gap, h - gap)
    if (rows > WRITTEN) return
    context.fillStyle = colour('text')
    context.fillText(strength === 0 ? '0' : value.toPrecision(3).replace('-', '−'), x + w / 2, y + h / 2)
  })
}
