import { show } from '../frame/show.js'
import type { Point } from '../maths/linear.js'
import { useScales } from './plane.js'

/**
 * A point that is dragged by pointer, or moved by arrow keys where it has the focus (ten steps with Shift). `along` keeps it to one axis.
 */
export function Handle({
  at,
  onMove,
  label,
  token = 'accent',
  along = 'both',
  step = 0.1,
  within,
  says,
  radius = 7,
}: {
  at: Point
  onMove: (to: Point) => void
  /** Its name. */
  label: string
  token?: string
  along?: 'x' | 'y' | 'both'
  /** How far an arrow key moves it. */
  step?: number
  /** How far it may go; else as far as the drawing goes. */
  within?: { readonly x?: Point; readonly y?: Point }
  /** What a screen reader says of where it is. */
  says?: string
  radius?: number
}) {
  const scales = useScales()
  const rangeX = within?.x ?? scales.domainX
  const rangeY = within?.y ?? scales.domainY
  const hold = (value: number, [low, high]: Point): number => Math.min(high, Math.max(low, value))
  const move = ([x, y]: Point): void =>
    onMove([along === 'y' ? at[0] : hold(x, rangeX), along === 'x' ? at[1] : hold(y, rangeY)])
  const now = along === 'y' ? at[1] : at[0]
  const [least, most] = along === 'y' ? rangeY : rangeX
  const where = says ?? (along === 'both' ? `horizontal ${show(at[0])}, vertical ${show(at[1])}` : show(now))
  return (
    <g
      class="handle"
      role="slider"
      tabindex={0}
      aria-label={label}
      aria-valuenow={Number(now.toFixed(4))}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuetext={where}
      aria-orientation={along === 'y' ? 'vertical' : 'horizontal'}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.stopPropagation()
        event.currentTarget.focus()
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) move(scales.at(event))
      }}
      onKeyDown={(event) => {
        const by = step * (event.shiftKey ? 10 : 1)
        const moves: Record<string, Point> = {
          ArrowLeft: along === 'y' ? [0, -by] : [-by, 0],
          ArrowRight: along === 'y' ? [0, by] : [by, 0],
          ArrowUp: along === 'x' ? [by, 0] : [0, by],
          ArrowDown: along === 'x' ? [-by, 0] : [0, -by],
        }
        const change = moves[event.key]
        if (!change) return
        event.preventDefault()
        move([tidy(at[0] + change[0]), tidy(at[1] + change[1])])
      }}
      transform={`translate(${scales.x(at[0])} ${scales.y(at[1])})`}
    >
      <circle r="20" fill="transparent" />
      <circle r={radius} fill={`var(--${token})`} class="handle-dot" />
    </g>
  )
}

/** Steps of 0.1 shall not gather errors such as 0.30000000000000004. */
const tidy = (value: number): number => Number(value.toFixed(6))
