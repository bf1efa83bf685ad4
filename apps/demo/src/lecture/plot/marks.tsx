import type { Point } from '../maths/linear.js'
import { type Scales, UNSPOKEN, useScales } from './plane.js'

/** The path of a line through points; points that are not finite interrupt it. */
export function pathOf(points: readonly Point[], { x, y }: Scales, closed = false): string {
  let text = ''
  let open = false
  for (const [a, b] of points) {
    const [u, v] = [x(a), y(b)]
    if (!Number.isFinite(u + v)) {
      open = false
      continue
    }
    text += `${open ? 'L' : 'M'}${u.toFixed(1)} ${v.toFixed(1)}`
    open = true
  }
  return closed && text ? `${text}Z` : text
}

/** A line through points. */
export function Line({
  points,
  token = 'model',
  width = 2,
  dash,
  opacity,
}: {
  points: readonly Point[]
  token?: string
  width?: number
  dash?: string
  opacity?: number
}) {
  const scales = useScales()
  return (
    <path
      d={pathOf(points, scales)}
      fill="none"
      stroke={`var(--${token})`}
      stroke-width={width}
      stroke-linejoin="round"
      stroke-dasharray={dash}
      opacity={opacity}
    />
  )
}

/** A filled polygon. */
export function Polygon({
  points,
  token = 'model',
  opacity = 0.25,
  outline = true,
}: {
  points: readonly Point[]
  token?: string
  opacity?: number
  outline?: boolean
}) {
  const scales = useScales()
  return (
    <path
      d={pathOf(points, scales, true)}
      fill={`var(--${token})`}
      fill-opacity={opacity}
      stroke={outline ? `var(--${token})` : 'none'}
      stroke-width="1.5"
    />
  )
}

/** The area between a curve and zero. */
export function Area({
  points,
  token = 'model',
  opacity = 0.2,
}: {
  points: readonly Point[]
  token?: string
  opacity?: number
}) {
  const first = points[0]
  const last = points[points.length - 1]
  if (!first || !last) return null
  return <Polygon points={[[first[0], 0], ...points, [last[0], 0]]} token={token} opacity={opacity} outline={false} />
}

/** Small dots. */
export function Dots({
  points,
  token = 'data',
  radius = 2.2,
  opacity = 0.65,
  ring = false,
}: {
  points: readonly Point[]
  token?: string
  radius?: number
  opacity?: number
  /** A rim that keeps them apart from a ground of their own colour. */
  ring?: boolean
}) {
  const { x, y } = useScales()
  const d = points
    .map(([a, b]) => {
      const [u, v] = [x(a), y(b)]
      if (!Number.isFinite(u + v) || Math.abs(u) > 1e5 || Math.abs(v) > 1e5) return ''
      return `M${(u - radius).toFixed(1)} ${v.toFixed(1)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`
    })
    .join('')
  return (
    <path
      d={d}
      fill={`var(--${token})`}
      fill-opacity={opacity}
      {...(ring && { stroke: 'var(--surface)', 'stroke-width': 0.8 })}
    />
  )
}

/** Lines of a grid, each a list of points. */
export function GridLines({
  lines,
  token = 'border-strong',
  width = 1,
  opacity = 0.7,
}: {
  lines: readonly (readonly Point[])[]
  token?: string
  width?: number
  opacity?: number
}) {
  const scales = useScales()
  return (
    <path
      d={lines.map((line) => pathOf(line, scales)).join('')}
      fill="none"
      stroke={`var(--${token})`}
      stroke-width={width}
      opacity={opacity}
    />
  )
}

/** An arrow from one point to another. */
export function Arrow({
  from,
  to,
  token = 'accent',
  width = 2.5,
}: {
  from: Point
  to: Point
  token?: string
  width?: number
}) {
  const { x, y } = useScales()
  const [a, b] = [
    [x(from[0]), y(from[1])],
    [x(to[0]), y(to[1])],
  ] as const
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  if (!(length > 1)) return null
  const [u, v] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length]
  const head = Math.min(11, length)
  const base = [b[0] - head * u, b[1] - head * v] as const
  const half = head * 0.45
  return (
    <g>
      <line x1={a[0]} y1={a[1]} x2={base[0]} y2={base[1]} stroke={`var(--${token})`} stroke-width={width} />
      <path
        d={`M${b[0]} ${b[1]}L${base[0] - half * v} ${base[1] + half * u}L${base[0] + half * v} ${base[1] - half * u}Z`}
        fill={`var(--${token})`}
      />
    </g>
  )
}

/** Words on the drawing. */
export function Label({
  at,
  children,
  token = 'text',
  anchor = 'start',
  dx = 0,
  dy = 0,
}: {
  at: Point
  children: string
  token?: string
  anchor?: 'start' | 'middle' | 'end'
  dx?: number
  dy?: number
}) {
  const { x, y } = useScales()
  return (
    <text
      class="mark-label"
      x={x(at[0]) + dx}
      y={y(at[1]) + dy}
      text-anchor={anchor}
      fill={`var(--${token})`}
      {...UNSPOKEN}
    >
      {children}
    </text>
  )
}

/** The curve of a function over the drawing's width. */
export const sampled = (f: (x: number) => number, [from, to]: Point, n = 240): Point[] =>
  Array.from({ length: n + 1 }, (_, i): Point => {
    const x = from + ((to - from) * i) / n
    return [x, f(x)]
  })
