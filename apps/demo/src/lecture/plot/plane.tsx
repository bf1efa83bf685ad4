import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Point } from '../maths/linear.js'
import './plot.css'

/** Where data lie on a drawing, in its pixels. */
export interface Scales {
  x(value: number): number
  y(value: number): number
  readonly width: number
  readonly height: number
  readonly domainX: Point
  readonly domainY: Point
  /** Where a pointer is, in data. */
  at(event: { clientX: number; clientY: number }): Point
}

const Context = createContext<Scales | undefined>(undefined)

/** The scales of the plane that a component is drawn on. */
export function useScales(): Scales {
  const scales = useContext(Context)
  if (!scales) throw new Error('this must be drawn on a Plane')
  return scales
}

/** For marks whose meaning is said elsewhere. */
export const UNSPOKEN = { 'aria-hidden': true } as const

const AXES = { left: 34, right: 10, top: 10, bottom: 26 }
/** Where there is hardly room for a picture. */
const NARROW = { left: 22, right: 4, top: 6, bottom: 20 }
const NARROW_WIDTH = 220

/** A drawing with axes, as wide as its place; `aspect` is width over height of what is between the axes. */
export function Plane({
  x,
  y,
  aspect = 1,
  label,
  xLabel,
  yLabel,
  children,
  onPoint,
  ticks = true,
  margin,
}: {
  x: Point
  y: Point
  aspect?: number
  /** What the drawing shows, for those who cannot see it. */
  label: string
  xLabel?: string
  yLabel?: string
  children?: ComponentChildren
  /** Called with where the plane is pressed, and dragged over. */
  onPoint?: (at: Point) => void
  ticks?: boolean
  /** Pixels on every side, in the place of those that axes need. */
  margin?: number
}) {
  const place = useRef<HTMLDivElement>(null)
  const drawing = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry!.contentRect.width)))
    observer.observe(place.current!)
    return () => observer.disconnect()
  }, [])
  const around =
    margin === undefined
      ? width < NARROW_WIDTH
        ? NARROW
        : AXES
      : { left: margin, right: margin, top: margin, bottom: margin }
  const inner = Math.max(1, width - around.left - around.right)
  const height = inner / aspect + around.top + around.bottom
  const scales = useMemo((): Scales => {
    const across = inner / (x[1] - x[0])
    const down = inner / aspect / (y[1] - y[0])
    return {
      x: (value) => around.left + (value - x[0]) * across,
      y: (value) => around.top + (y[1] - value) * down,
      width,
      height,
      domainX: x,
      domainY: y,
      at: ({ clientX, clientY }) => {
        const box = drawing.current!.getBoundingClientRect()
        return [x[0] + (clientX - box.left - around.left) / across, y[1] - (clientY - box.top - around.top) / down]
      },
    }
  }, [width, x[0], x[1], y[0], y[1], aspect, margin])
  const clip = useMemo(() => `clip-${Math.random().toString(36).slice(2)}`, [])

  return (
    <div class="plane" ref={place} style={{ minBlockSize: `${height}px` }}>
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: no fieldset can be a drawing, and the parts of an image could not be reached
        <svg ref={drawing} width={width} height={height} role="group" aria-label={label}>
          <defs>
            <clipPath id={clip}>
              <rect x={around.left} y={around.top} width={inner} height={inner / aspect} />
            </clipPath>
          </defs>
          <Context.Provider value={scales}>
            <Axes x={x} y={y} labels={ticks} />
            <rect
              class={onPoint ? 'plane-field pressable' : 'plane-field'}
              x={around.left}
              y={around.top}
              width={inner}
              height={inner / aspect}
              {...(onPoint && pressed(scales, onPoint))}
            />
            <g clip-path={`url(#${clip})`} class="plane-inside">
              {children}
            </g>
            {xLabel && (
              <text class="axis-label" x={width - around.right - 4} y={height - around.bottom - 6} text-anchor="end">
                {xLabel}
              </text>
            )}
            {yLabel && (
              <text class="axis-label" x={around.left + 6} y={around.top + 14}>
                {yLabel}
              </text>
            )}
          </Context.Provider>
        </svg>
      )}
    </div>
  )
}

function pressed(scales: Scales, onPoint: (at: Point) => void) {
  return {
    onPointerDown: (event: PointerEvent) => {
      ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
      onPoint(scales.at(event))
    },
    onPointerMove: (event: PointerEvent) => {
      if ((event.currentTarget as Element).hasPointerCapture(event.pointerId)) onPoint(scales.at(event))
    },
  }
}

/** Steps of 1, 2 or 5 times a power of ten, about `most` of them; none for an axis that goes down, as those of lists do. */
export function ticksOf([from, to]: Point, most: number): number[] {
  if (!(to > from)) return []
  const rough = (to - from) / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough * 0.999)!
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)))
}

function Axes({ x, y, labels }: { x: Point; y: Point; labels: boolean }) {
  const scales = useScales()
  const across = ticksOf(x, Math.min(8, Math.max(3, scales.width / 60)))
  const up = ticksOf(y, Math.min(8, Math.max(3, scales.height / 40)))
  const [left, right] = [scales.x(x[0]), scales.x(x[1])]
  const [top, bottom] = [scales.y(y[1]), scales.y(y[0])]
  return (
    <g class="axes" {...UNSPOKEN}>
      {across.map((value) => (
        <g key={`x${value}`}>
          <line
            class={value === 0 ? 'zero' : undefined}
            x1={scales.x(value)}
            x2={scales.x(value)}
            y1={top}
            y2={bottom}
          />
          {labels && (
            <text x={scales.x(value)} y={bottom + 16} text-anchor="middle">
              {String(value).replace('-', '−')}
            </text>
          )}
        </g>
      ))}
      {up.map((value) => (
        <g key={`y${value}`}>
          <line
            class={value === 0 ? 'zero' : undefined}
            y1={scales.y(value)}
            y2={scales.y(value)}
            x1={left}
            x2={right}
          />
          {labels && (
            <text x={left - 6} y={scales.y(value) + 4} text-anchor="end">
              {String(value).replace('-', '−')}
            </text>
          )}
        </g>
      ))}
    </g>
  )
}
